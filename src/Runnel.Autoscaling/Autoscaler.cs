using Microsoft.Extensions.Logging;
using Runnel.Scaling;

namespace Runnel.Autoscaling;

/// <summary>Measures a queue, decides how many workers there are to be, and makes it so, as long as it leads the queue's autoscalers.</summary>
/// <remarks>A decision is first recorded under the leader's term, and acted on only if that still holds: one that was paused for long and
/// comes back has its decision refused. What measures nothing changes nothing: while Redis is away the workers stay.</remarks>
public sealed partial class Autoscaler : IDisposable
{
    private static readonly TimeSpan LongestBeat = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan BeatAtZero = TimeSpan.FromSeconds(0.5);
    private readonly RunnelClient client;
    private readonly IWorkerActuator actuator;
    private readonly AutoscalerOptions options;
    private readonly TimeProvider time;
    private readonly ILogger<Autoscaler> logger;
    private readonly ScalingLead lead;
    private readonly AutoscalerMetrics metrics = new();
    private LoadMeter meter;
    private ScalingMemory memory = ScalingMemory.Empty;
    private long? decidedAt;
    private bool? leading;
    private bool failing;

    /// <summary>Makes one; <see cref="RunAsync"/> starts it.</summary>
    /// <param name="client">Connected to the queue.</param>
    /// <param name="actuator">Keeps the workers.</param>
    /// <param name="options">Targets, limits, and how it runs.</param>
    /// <param name="time">Clock of its looks.</param>
    /// <param name="logger">Takes every decision.</param>
    /// <exception cref="RunnelException">An option is wrong; the message lists all failures.</exception>
    public Autoscaler(RunnelClient client, IWorkerActuator actuator, AutoscalerOptions options, TimeProvider time, ILogger<Autoscaler> logger)
    {
        if (options.Scaling.Failures() is { Count: > 0 } failures)
            throw new RunnelException(string.Join(Environment.NewLine, failures));
        this.client = client;
        this.actuator = actuator;
        this.options = options;
        this.time = time;
        this.logger = logger;
        lead = new ScalingLead(client.Connector, options.Name, options.Lease, options.Types);
        meter = new LoadMeter(options.Concurrency);
    }

    /// <summary>Called after each decision that holds, with what it was made from.</summary>
    public Action<ScalingState, ScalingDecision>? Decided { get; init; }

    /// <summary>Runs until cancelled; then gives up the lead. Leaves the workers as they are.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                TimeSpan beat = await LookAsync(cancellationToken);
                await Task.Delay(beat, time, cancellationToken); // the time to the next look: load is measured, nothing tells of it
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
        }

        await LeaveAsync();
    }

    /// <summary>Ends its metrics.</summary>
    public void Dispose() => metrics.Dispose();

    /// <summary>Keeps the lead, and decides if it is time to.</summary>
    /// <returns>Time until the next look.</returns>
    internal async Task<TimeSpan> LookAsync(CancellationToken cancellationToken)
    {
        try
        {
            Lead now = options.DryRun ? new Lead(true, 0, options.Name) : await lead.TakeAsync(cancellationToken);
            await NoteLeadAsync(now, cancellationToken);
            int workers = now.IsMine ? await actuator.GetCountAsync(cancellationToken) : 0;
            if (now.IsMine && await IsTimeAsync(workers, cancellationToken))
                await DecideAsync(now.Term, workers, cancellationToken);
            if (failing)
                LogGoesOn();
            failing = false;
            TimeSpan beat = now.IsMine && workers == 0 ? BeatAtZero : LongestBeat;
            TimeSpan left = decidedAt is { } at ? options.Scaling.Interval - time.GetElapsedTime(at) : TimeSpan.Zero;
            return left > TimeSpan.Zero && left < beat ? left : beat;
        }
        catch (Exception e) when (e is RedisUnavailableException or ActuatorException)
        {
            if (!failing)
                LogCannotLook(e);
            failing = true;
            return LongestBeat;
        }
    }

    /// <summary>Whether a decision is due: each interval, and without any worker as soon as there is a task.</summary>
    private async Task<bool> IsTimeAsync(int workers, CancellationToken cancellationToken) =>
        decidedAt is not { } at
        || time.GetElapsedTime(at) >= options.Scaling.Interval
        || (workers == 0 && (await client.GetLoadAsync(options.Types, cancellationToken)) is { Waiting: > 0, Paused: false });

    private async Task DecideAsync(long term, int workers, CancellationToken cancellationToken)
    {
        decidedAt = time.GetTimestamp();
        ScalingState state = meter.Observe(await client.GetLoadAsync(options.Types, cancellationToken), workers);
        ScalingDecision decision = ScalingPolicy.Decide(state, memory, options.Scaling);
        if (!options.DryRun && !await lead.RecordAsync(term, DecisionFields.Of(options.Name, state, decision), cancellationToken))
        {
            LogRefused(options.Name);
            return;
        }

        memory = decision.Memory;
        metrics.Record(state, decision);
        Log(state, decision);
        if (decision.To != decision.From && !options.DryRun)
            await actuator.ScaleToAsync(decision.To, cancellationToken);
        Decided?.Invoke(state, decision);
    }

    /// <summary>A new leader begins afresh; one that lost the lead lets go of workers that it alone keeps.</summary>
    private async Task NoteLeadAsync(Lead now, CancellationToken cancellationToken)
    {
        if (leading == now.IsMine)
            return;
        if (now.IsMine)
            LogLeads(options.Name, client.Connector.Options.Queue, actuator.Description, now.Term);
        else
            LogStandsBy(options.Name, now.Holder);
        if (!now.IsMine && actuator is SupervisorActuator)
            await actuator.ScaleToAsync(0, cancellationToken); // the leader starts its own
        leading = now.IsMine;
        meter = new LoadMeter(options.Concurrency);
        memory = ScalingMemory.Empty;
        decidedAt = null;
    }

    private async Task LeaveAsync()
    {
        if (options.DryRun || leading != true)
            return;
        try
        {
            await lead.LeaveAsync(CancellationToken.None);
        }
        catch (RedisUnavailableException e)
        {
            LogLeadKept(e);
        }
    }

    private void Log(ScalingState state, ScalingDecision decision)
    {
        if (decision.To == decision.From)
            LogKept(decision.From, DecisionFields.Word(decision.Reason), decision.Why);
        else if (options.DryRun)
            LogWould(decision.From, decision.To, DecisionFields.Word(decision.Reason), decision.Why);
        else
            LogScales(decision.From, decision.To, DecisionFields.Word(decision.Reason), decision.Why);
        if (logger.IsEnabled(LogLevel.Debug))
            LogInputs(string.Join(' ', DecisionFields.Of(options.Name, state, decision).Select(field => $"{field.Key}={field.Value}")));
    }
}
