namespace Runnel.Autoscaling.Simulation;

/// <summary>Runs a trace against a rule in virtual time: tasks queue first in, first out; workers start late and drain before they go. What the
/// rule sees passes through the same <see cref="LoadMeter"/> as in life.</summary>
public sealed class Simulator
{
    private static readonly DateTimeOffset Epoch = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private readonly SimulationSetup setup;
    private readonly IScalingRule rule;
    private readonly IReadOnlyList<SimulatedTask> trace;
    private readonly PriorityQueue<(Event Kind, SimulatedWorker Worker, double Service), (double At, long Order)> events = new();
    private readonly List<SimulatedWorker> workers = [];
    private readonly Queue<SimulatedTask> waiting = new();
    private readonly List<double> waits;
    private readonly List<SimulationLook> looks = [];
    private long order;
    private double now;
    private int arrived;
    private int running;
    private double served;
    private double busy;
    private long ended;
    private double workerSeconds;
    private int changes;
    private int peak;

    private Simulator(SimulationSetup setup, IScalingRule rule, IReadOnlyList<SimulatedTask> trace)
    {
        this.setup = setup;
        this.rule = rule;
        this.trace = trace;
        waits = new List<double>(trace.Count);
    }

    private enum Event
    {
        Ended,
        Ready,
    }

    /// <summary>Runs it until all tasks have ended.</summary>
    /// <param name="setup">The world.</param>
    /// <param name="rule">A fresh one.</param>
    /// <param name="trace">Tasks by their time.</param>
    /// <exception cref="RunnelException">The trace is empty, or not in order, or a task takes no time or for ever.</exception>
    public static SimulationResult Run(SimulationSetup setup, IScalingRule rule, IReadOnlyList<SimulatedTask> trace)
    {
        if (trace.Count == 0)
            throw new RunnelException("The trace has no task; there is nothing to simulate.");
        double last = 0;
        for (int i = 0; i < trace.Count; i++)
        {
            if (!(trace[i].At >= last) || !(trace[i].Service > 0) || !double.IsFinite(trace[i].At + trace[i].Service))
                throw new RunnelException($"Task {i + 1} of the trace comes at {trace[i].At} s and takes {trace[i].Service} s; give times in order from 0 on, and more than 0 s each.");
            last = trace[i].At;
        }

        return new Simulator(setup, rule, trace).Run();
    }

    private SimulationResult Run()
    {
        LoadMeter meter = new(setup.SlotsPerWorker);
        ScaleTo(setup.Scaling.MinWorkers);
        double interval = setup.Scaling.Interval.TotalSeconds;
        double end = trace[^1].At;
        int arrivedBefore = 0;
        for (long look = 1; now <= end || waiting.Count > 0 || running > 0; look++)
        {
            Advance(look * interval);
            int wanted = Wanted;
            int to = rule.Decide(meter.Observe(Load(), wanted));
            double oldest = waiting.TryPeek(out SimulatedTask first) ? now - first.At : 0;
            looks.Add(new SimulationLook(now, to, waiting.Count, oldest, running, arrived - arrivedBefore));
            arrivedBefore = arrived;
            if (to != wanted)
            {
                changes++;
                ScaleTo(to);
            }
        }

        foreach (SimulatedWorker worker in workers)
            workerSeconds += now - worker.StartedAt;
        return Result();
    }

    private int Wanted => workers.Count(worker => !worker.Leaving);

    /// <summary>Lets the world go on until a time.</summary>
    private void Advance(double until)
    {
        while (true)
        {
            double arrival = arrived < trace.Count ? trace[arrived].At : double.PositiveInfinity;
            double next = events.TryPeek(out _, out (double At, long Order) first) ? first.At : double.PositiveInfinity;
            if (Math.Min(arrival, next) > until)
                break;
            Pass(Math.Min(arrival, next));
            if (arrival < next)
            {
                waiting.Enqueue(trace[arrived]);
                arrived++;
            }
            else
            {
                (Event kind, SimulatedWorker worker, double service) = events.Dequeue();
                if (kind == Event.Ready)
                    worker.Ready = true;
                else
                    End(worker, service);
            }

            Dispatch();
        }

        Pass(until);
    }

    private void Pass(double until)
    {
        busy += running * (until - now);
        now = until;
    }

    private void End(SimulatedWorker worker, double service)
    {
        worker.Busy--;
        running--;
        ended++;
        served += service;
        if (worker is { Leaving: true, Busy: 0 })
            Remove(worker);
    }

    private void Dispatch()
    {
        while (waiting.Count > 0 && workers.Find(worker => worker.Ready && !worker.Leaving && worker.Busy < setup.SlotsPerWorker) is { } free)
        {
            SimulatedTask task = waiting.Dequeue();
            waits.Add(now - task.At);
            free.Busy++;
            running++;
            events.Enqueue((Event.Ended, free, task.Service), (now + task.Service, order++));
        }
    }

    private void ScaleTo(int count)
    {
        for (int wanted = Wanted; wanted < count; wanted++)
        {
            SimulatedWorker worker = new(now);
            workers.Add(worker);
            events.Enqueue((Event.Ready, worker, 0), (now + setup.StartTime.TotalSeconds, order++));
        }

        foreach (SimulatedWorker worker in workers.Where(worker => !worker.Leaving).Reverse().Take(Wanted - count).ToArray())
        {
            worker.Leaving = true;
            if (worker.Busy == 0)
                Remove(worker);
        }

        peak = Math.Max(peak, workers.Count);
    }

    private void Remove(SimulatedWorker worker)
    {
        worker.Leaving = true;
        workers.Remove(worker);
        workerSeconds += now - worker.StartedAt;
    }

    private QueueLoad Load()
    {
        int ready = workers.Count(worker => worker.Ready);
        return new QueueLoad
        {
            At = Epoch.AddSeconds(now),
            Waiting = waiting.Count,
            OldestWaiting = waiting.TryPeek(out SimulatedTask first) ? TimeSpan.FromSeconds(now - first.At) : TimeSpan.Zero,
            Running = running,
            Workers = ready,
            Slots = ready * setup.SlotsPerWorker,
            Ended = ended,
            BusyTime = TimeSpan.FromSeconds(busy),
            Service = new Dictionary<string, ServiceSum> { ["task"] = new(ended, TimeSpan.FromSeconds(served)) },
        };
    }

    private SimulationResult Result()
    {
        double[] sorted = [.. waits.Order()];
        return new SimulationResult
        {
            Rule = rule.Name,
            Tasks = trace.Count,
            Misses = waits.Count(wait => wait > setup.Scaling.LatencyTarget.TotalSeconds),
            WorkerHours = workerSeconds / 3600,
            Changes = changes,
            Peak = peak,
            MedianWait = sorted[sorted.Length / 2],
            Wait95 = sorted[(int)(0.95 * (sorted.Length - 1))],
            LongestWait = sorted[^1],
            Looks = looks,
        };
    }

    private sealed class SimulatedWorker(double startedAt)
    {
        public double StartedAt { get; } = startedAt;

        public bool Ready { get; set; }

        public bool Leaving { get; set; }

        public int Busy { get; set; }
    }
}
