using StackExchange.Redis;

namespace Runnel.Redis;

/// <summary>Every key name of one queue. The braces put all of them into one cluster slot, that of the main stream's name.</summary>
internal sealed class QueueKeys
{
    /// <summary>Position in <see cref="Streams"/>, the order in which a worker looks for tasks.</summary>
    public const int Returned = 0, Critical = 1, High = 2, Normal = 3, Low = 4, Levels = 5;

    private const string LevelLetters = "rchnl";

    public QueueKeys(string queue, string group)
    {
        Queue = queue;
        Group = group;
        string prefix = "{" + queue + "}:";
        Streams = [prefix + "returned", prefix + "critical", prefix + "high", queue, prefix + "low"];
        Delayed = prefix + "delayed";
        Dead = prefix + "dead";
        Completed = prefix + "completed";
        Stats = prefix + "stats";
        Workers = prefix + "workers:" + group;
        Cancelling = prefix + "cancelling";
        CancellingBatches = prefix + "cancelling:batches";
        Paused = prefix + "paused";
        Parents = prefix + "parents";
        LogPrefix = prefix + "log:";
        BatchPrefix = prefix + "batch:";
        Flow = prefix + "flow";
        FlowGroups = prefix + "flow:groups";
        FlowDue = prefix + "flow:due";
        FlowHeads = prefix + "flow:heads";
        FlowRates = prefix + "flow:rates";
        FlowParked = prefix + "flow:parked";
        FlowSidings = prefix + "flow:sidings";
        Results = prefix + "results";
        Retained = prefix + "retained";
        FlowTypes = prefix + "flow:types";
        FlowWaiting = prefix + "flow:waiting";
        FlowUsed = prefix + "flow:used";
        FlowSlots = prefix + "flow:slots";
        Schedules = prefix + "schedules";
        SchedulePrefix = prefix + "schedule:";
        Control = RedisChannel.Literal(prefix + "control");
        ResultPrefix = prefix + "result:";
        RecordPrefix = prefix + "task:";
        UniquePrefix = prefix + "unique:";
        ParkedPrefix = prefix + "parked:";
        TurnsPrefix = prefix + "turns:";
    }

    public string Queue { get; }

    public string Group { get; }

    /// <summary>Streams in fetch order: returned (handed back or recovered tasks), critical, high, normal (the queue's own name), low.</summary>
    public RedisKey[] Streams { get; }

    /// <summary>Sorted set: task id by due time (Unix ms).</summary>
    public RedisKey Delayed { get; }

    /// <summary>Sorted set: id of a dead letter by the time it died (Unix ms).</summary>
    public RedisKey Dead { get; }

    /// <summary>Bounded stream of state changes.</summary>
    public RedisKey Completed { get; }

    /// <summary>Hash of counters.</summary>
    public RedisKey Stats { get; }

    /// <summary>Sorted set: consumer by the end of its lease (Unix ms, Redis time).</summary>
    public RedisKey Workers { get; }

    /// <summary>Sorted set: id of a running task that is to be cancelled, by the time that was asked (Unix ms).</summary>
    public RedisKey Cancelling { get; }

    /// <summary>Sorted set: batch that is being cancelled, by the number of the member that comes next.</summary>
    public RedisKey CancellingBatches { get; }

    /// <summary>There while no task is to be taken.</summary>
    public RedisKey Paused { get; }

    /// <summary>Set: id of a task or batch that others wait for.</summary>
    public RedisKey Parents { get; }

    /// <summary>Of hashes: a batch's counters.</summary>
    public string BatchPrefix { get; }

    /// <summary>Hash of flow control's own figures. lib-flow.lua lists all its keys.</summary>
    public RedisKey Flow { get; }

    /// <summary>Hash: group to its weight and limit.</summary>
    public RedisKey FlowGroups { get; }

    /// <summary>Sorted set: lane by the arrival of its head.</summary>
    public RedisKey FlowHeads { get; }

    /// <summary>Hash: rate key to its interval and burst.</summary>
    public RedisKey FlowRates { get; }

    /// <summary>Set: task type with tasks set aside.</summary>
    public RedisKey FlowParked { get; }

    /// <summary>Set: siding with tasks, <c>LEVEL TYPE</c>.</summary>
    public RedisKey FlowSidings { get; }

    /// <summary>List: bytes and id of each stored result, oldest first, where their number or bytes are limited.</summary>
    public RedisKey Results { get; }

    /// <summary>Hash: how far the feed was read for <see cref="Results"/>, and their bytes.</summary>
    public RedisKey Retained { get; }

    /// <summary>Sorted set: rate that is waited for, by the time of its next turn (Unix ms).</summary>
    public RedisKey FlowDue { get; }

    /// <summary>Hash: task type to whether it is paused, its limit and its rate.</summary>
    public RedisKey FlowTypes { get; }

    /// <summary>Hash: group to the number of its tasks that wait for a turn.</summary>
    public RedisKey FlowWaiting { get; }

    /// <summary>Hash: <c>g:GROUP</c> and <c>t:TYPE</c> to the number of its tasks that were admitted and have not ended.</summary>
    public RedisKey FlowUsed { get; }

    /// <summary>Hash: id of an admitted task to its lane.</summary>
    public RedisKey FlowSlots { get; }

    /// <summary>Sorted set: schedule by its next fire time (Unix ms); infinite for one that is paused or has none.</summary>
    public RedisKey Schedules { get; }

    public string SchedulePrefix { get; }

    /// <summary>Channel on which workers hear of what cannot wait for their next beat.</summary>
    public RedisChannel Control { get; }

    /// <summary>Hash: how a worker is, gone a while after its last beat.</summary>
    public RedisKey Worker(string consumer) => Prefix + "worker:" + consumer;

    /// <summary>Hash: <c>n:TYPE</c> and <c>us:TYPE</c>, attempts that ended and the time they took together; <c>busy</c>, the time for which slots
    /// were in use. In microseconds.</summary>
    public RedisKey Service => Prefix + "service";

    /// <summary>Sorted set: supervisor by the time until which it is taken to live (Unix ms, Redis time).</summary>
    public RedisKey Supervisors => Prefix + "supervisors";

    /// <summary>Hash: how a supervisor is.</summary>
    public RedisKey Supervisor(string id) => Prefix + "supervisor:" + id;

    /// <summary>Hash: which autoscaler leads, of those that keep workers for these types, and its term.</summary>
    public RedisKey Scaler(IReadOnlyList<string> types) => Prefix + (types.Count == 0 ? "scaler" : "scaler:" + NameOf(types));

    /// <summary>One name for a choice of types, in whatever order they were given; empty for all.</summary>
    public static string NameOf(IEnumerable<string> types) => string.Join(',', types.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal));

    /// <summary>Bounded stream of the autoscaler's decisions.</summary>
    public RedisKey Scaling => Prefix + "scaling";

    private string Prefix => "{" + Queue + "}:";

    /// <summary>Of results that have a key of their own; lib-results.lua says which have not.</summary>
    public string ResultPrefix { get; }

    public string RecordPrefix { get; }

    /// <summary>Of lists: a task's log lines.</summary>
    public string LogPrefix { get; }

    public RedisKey Log(string taskId) => LogPrefix + taskId;

    public string UniquePrefix { get; }

    public string ParkedPrefix { get; }

    public string TurnsPrefix { get; }

    /// <summary>The time (us) up to which a shared rate is used.</summary>
    public RedisKey Turns(string name) => TurnsPrefix + name;

    /// <summary>Sorted set: task set aside, by its place in the stream. A line is a paused type or a siding.</summary>
    public RedisKey Parked(string line) => ParkedPrefix + line;

    /// <summary>Id of the task that holds a unique key.</summary>
    public RedisKey Unique(string key) => UniquePrefix + key;

    public RedisKey Result(string taskId) => ResultPrefix + taskId;

    public RedisKey Record(string taskId) => RecordPrefix + taskId;

    /// <summary>The line in which a task waits for its turn: all tasks in it are subject to the same rules.</summary>
    public static string LaneOf(TaskPriority priority, string? group, string type, string? rateKey) => $"{LevelOf(priority)} {group} {type} {rateKey}";

    public RedisKey Schedule(string scheduleId) => SchedulePrefix + scheduleId;

    public static int LevelOf(TaskPriority priority) => priority switch
    {
        >= TaskPriority.Critical => Critical,
        >= TaskPriority.High => High,
        >= TaskPriority.Normal => Normal,
        _ => Low,
    };

    public static TaskPriority PriorityOf(int level) => level switch
    {
        Critical => TaskPriority.Critical,
        High => TaskPriority.High,
        Low => TaskPriority.Low,
        _ => TaskPriority.Normal,
    };

    /// <summary>The id of a task that never left its stream: the level's letter and the entry's stream id.</summary>
    public static string TaskIdOf(int level, string streamId) => LevelLetters[level] + streamId;

    /// <summary>Reads an id made by <see cref="TaskIdOf"/>; false for an id that names no stream entry.</summary>
    public static bool TryParse(string taskId, out int level, out string streamId)
    {
        level = taskId.Length > 3 ? LevelLetters.IndexOf(taskId[0], StringComparison.Ordinal) : -1;
        streamId = level >= 0 ? taskId[1..] : "";
        int dash = streamId.IndexOf('-', StringComparison.Ordinal);
        return dash > 0
            && ulong.TryParse(streamId.AsSpan(0, dash), out _)
            && ulong.TryParse(streamId.AsSpan(dash + 1), out _);
    }
}
