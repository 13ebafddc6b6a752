namespace Runnel.Autoscaling;

/// <summary>What the autoscaler aims at, and how it may move. Bound from "Runnel:Autoscaler".</summary>
public sealed record ScalingOptions
{
    /// <summary>Fewest workers; 0 lets the last one go when nothing is to be done. Default: 1.</summary>
    public int MinWorkers { get; set; } = 1;

    /// <summary>Most workers. Default: 10.</summary>
    public int MaxWorkers { get; set; } = 10;

    /// <summary>Time between two decisions. Default: 30 seconds.</summary>
    public TimeSpan Interval { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Longest that a task may wait before a worker takes it. Default: 300 seconds.</summary>
    public TimeSpan LatencyTarget { get; set; } = TimeSpan.FromSeconds(300);

    /// <summary>Tasks per second that are to be completed while tasks wait; 0 for no such target. Default: 0.</summary>
    public double MinThroughput { get; set; }

    /// <summary>Share of the slots in use that a change aims at, a fraction. Default: 0.6.</summary>
    public double UtilizationTarget { get; set; } = 0.6;

    /// <summary>Share of the slots in use or asked for above which there are to be more workers, a fraction. Default: 0.8.</summary>
    public double ScaleUpAbove { get; set; } = 0.8;

    /// <summary>Share of the slots in use below which there are at once to be fewer workers, a fraction. Default: 0.2.</summary>
    public double ScaleDownBelow { get; set; } = 0.2;

    /// <summary>Waiting tasks per worker above which there is to be at least one worker more. Default: 5.</summary>
    public int BacklogPerWorker { get; set; } = 5;

    /// <summary>Shortest time from any change to one upwards. From no worker to the first there is no wait. Default: 60 seconds.</summary>
    public TimeSpan CooldownUp { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>Shortest time from any change to one downwards. Default: 60 seconds.</summary>
    public TimeSpan CooldownDown { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>How long fewer workers must have been enough before some go, where <see cref="ScaleDownBelow"/> does not hold. Default: 300 seconds.</summary>
    public TimeSpan SurplusWindow { get; set; } = TimeSpan.FromSeconds(300);

    /// <summary>All that is wrong with the values, each with key, value and remedy; empty where nothing is.</summary>
    public IReadOnlyList<string> Failures()
    {
        List<string> failures = [];
        void Check(bool right, string key, object value, string remedy)
        {
            if (!right)
                failures.Add($"Runnel:Autoscaler:{key} is {value}; {remedy}.");
        }

        Check(MinWorkers is >= 0 and <= 1000, nameof(MinWorkers), MinWorkers, "give 0 to 1000");
        Check(MaxWorkers is >= 1 and <= 1000 && MaxWorkers >= MinWorkers, nameof(MaxWorkers), MaxWorkers, $"give {Math.Max(1, MinWorkers)} (MinWorkers) to 1000");
        Check(Interval >= TimeSpan.FromSeconds(1) && Interval <= TimeSpan.FromHours(1), nameof(Interval), Interval, "give 1 second to 1 hour");
        Check(LatencyTarget > TimeSpan.Zero && LatencyTarget <= TimeSpan.FromDays(30), nameof(LatencyTarget), LatencyTarget, "give more than zero, at most 30 days");
        Check(double.IsFinite(MinThroughput) && MinThroughput >= 0, nameof(MinThroughput), MinThroughput, "give tasks per second, 0 for none");
        Check(UtilizationTarget is > 0 and <= 1, nameof(UtilizationTarget), UtilizationTarget, "give a fraction above 0, at most 1");
        Check(ScaleUpAbove <= 1 && ScaleUpAbove >= UtilizationTarget, nameof(ScaleUpAbove), ScaleUpAbove, $"give a fraction from {UtilizationTarget} (UtilizationTarget) to 1");
        Check(ScaleDownBelow >= 0 && ScaleDownBelow < UtilizationTarget, nameof(ScaleDownBelow), ScaleDownBelow, $"give a fraction from 0, below {UtilizationTarget} (UtilizationTarget)");
        Check(BacklogPerWorker >= 1, nameof(BacklogPerWorker), BacklogPerWorker, "give at least 1");
        Check(CooldownUp >= TimeSpan.Zero && CooldownUp <= TimeSpan.FromDays(1), nameof(CooldownUp), CooldownUp, "give zero to one day");
        Check(CooldownDown >= TimeSpan.Zero && CooldownDown <= TimeSpan.FromDays(1), nameof(CooldownDown), CooldownDown, "give zero to one day");
        Check(SurplusWindow >= TimeSpan.Zero && SurplusWindow <= TimeSpan.FromDays(1), nameof(SurplusWindow), SurplusWindow, "give zero to one day");
        return failures;
    }
}
