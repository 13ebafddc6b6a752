namespace Runnel.Autoscaling.Simulation;

/// <summary>Invented traces, the same for the same seed. Arrivals are a Poisson process of varying rate, service times log-normal.</summary>
/// <remarks>Loads are in erlangs, the slots that tasks ask for on average, and relative to the capacity of the most workers.</remarks>
public sealed class ArrivalPattern
{
    private const double Step = 5; // seconds for which the rate is constant
    private const double Spread = 0.8; // of the logarithm of service times: the mean of the longest tenth is four times the median

    private readonly Random random;
    private readonly double capacity;
    private readonly double service;
    private readonly double seconds;

    private ArrivalPattern(int seed, double capacity, double service, double hours)
    {
        random = new Random(seed);
        this.capacity = capacity;
        this.service = service;
        seconds = hours * 3600;
    }

    /// <summary>Names that <see cref="Create"/> knows.</summary>
    public static IReadOnlyList<string> Names { get; } = ["bursty", "daily", "step"];

    /// <summary>Makes a trace.</summary>
    /// <param name="name">bursty: little to do, and now and then a burst, within seconds, that keeps all workers busy for minutes. daily: a
    /// wave by day with a restless level, and each night a batch all at once. step: the level jumps and stays for some minutes to an hour.</param>
    /// <param name="seed">Another seed, another trace.</param>
    /// <param name="slots">Slots of the most workers together.</param>
    /// <param name="service">Mean time of a task, in seconds.</param>
    /// <param name="hours">Length.</param>
    /// <exception cref="ArgumentException">The name is none of <see cref="Names"/>.</exception>
    public static IReadOnlyList<SimulatedTask> Create(string name, int seed, double slots, double service, double hours)
    {
        ArrivalPattern pattern = new(seed, slots, service, hours);
        return name switch
        {
            "bursty" => pattern.Bursty(),
            "daily" => pattern.Daily(),
            "step" => pattern.Steps(),
            _ => throw new ArgumentException($"'{name}' is no pattern; give {string.Join(", ", Names)}.", nameof(name)),
        };
    }

    private List<SimulatedTask> Bursty()
    {
        List<SimulatedTask> tasks = Arrivals(_ => 0.03 * capacity);
        for (double at = Exponential(2400); at < seconds; at += Exponential(2400))
            Batch(tasks, at, work: capacity * Math.Min(360, LogNormal(150, 0.8)), within: 20);
        return InOrder(tasks);
    }

    private List<SimulatedTask> Daily()
    {
        double unrest = 0; // of the logarithm, with a memory of ten minutes
        double kept = Math.Exp(-Step / 600);
        List<SimulatedTask> tasks = Arrivals(at =>
        {
            unrest = (unrest * kept) + (0.35 * Math.Sqrt(1 - (kept * kept)) * Normal());
            double wave = 0.5 - (0.5 * Math.Cos(2 * Math.PI * at / 86_400)); // midnight to midnight
            return capacity * (0.02 + (0.55 * wave * wave)) * Math.Exp(unrest);
        });
        for (double night = 0; night + 9000 < seconds; night += 86_400)
            Batch(tasks, night + 9000, work: capacity * Math.Min(360, LogNormal(200, 0.4)), within: 5); // 02:30
        return InOrder(tasks);
    }

    private List<SimulatedTask> Steps()
    {
        double level = 0.05, until = 0;
        return InOrder(Arrivals(at =>
        {
            if (at >= until)
            {
                until = at + 300 + Exponential(1500);
                level = random.NextDouble() < 0.4 ? 0.05 : 0.05 + (1.05 * random.NextDouble());
            }

            return capacity * level;
        }));
    }

    private List<SimulatedTask> Arrivals(Func<double, double> erlangs)
    {
        List<SimulatedTask> tasks = [];
        for (double at = 0; at < seconds; at += Step)
        {
            double rate = erlangs(at) / service;
            for (double next = at + Exponential(1 / rate); next < at + Step; next += Exponential(1 / rate))
                tasks.Add(new SimulatedTask(next, Service()));
        }

        return tasks;
    }

    private void Batch(List<SimulatedTask> tasks, double at, double work, double within)
    {
        for (int i = (int)(work / service); i > 0; i--)
            tasks.Add(new SimulatedTask(at + (within * random.NextDouble()), Service()));
    }

    private static List<SimulatedTask> InOrder(List<SimulatedTask> tasks)
    {
        tasks.Sort((a, b) => a.At.CompareTo(b.At));
        return tasks;
    }

    private double Service() => service * Math.Exp((Spread * Normal()) - (Spread * Spread / 2));

    private double LogNormal(double median, double spread) => median * Math.Exp(spread * Normal());

    private double Exponential(double mean) => -mean * Math.Log(1 - random.NextDouble());

    /// <remarks>Source: G. E. P. Box, M. E. Muller, "A Note on the Generation of Random Normal Deviates", 1958.</remarks>
    private double Normal() => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
