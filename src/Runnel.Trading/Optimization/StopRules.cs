namespace Runnel.Trading;

/// <summary>When an optimization ends before its method has run all trials.</summary>
/// <param name="Patience">After so many trials in a row that ran and did not improve on the best; null for never.</param>
/// <param name="MinImprovement">By how much a trial has to be better to count as an improvement, in the unit of the metric.</param>
/// <param name="MaxSeconds">After so long, in seconds from the start of its run; null for never.</param>
/// <param name="MaxTrials">After so many trials; null for all.</param>
internal sealed record StopRules(int? Patience, double MinImprovement, double? MaxSeconds, int? MaxTrials)
{
    public const string ByPatience = "patience";
    public const string BySeconds = "max_seconds";
    public const string ByTrials = "max_trials";

    public static StopRules Read(PayloadFields fields, OptimizationKind? method)
    {
        int? patience = fields.OptionalWhole("patience", 1, int.MaxValue);
        int? trials = fields.OptionalWhole("max_trials", 1, int.MaxValue);
        const string longer = "Give a number of seconds greater than 0.";
        double? seconds = fields.Number("max_seconds", longer);
        if (seconds <= 0)
            fields.Fail("max_seconds", FormattableString.Invariant($"is {seconds}. {longer}"));
        const string more = "Give how much better a trial has to be, 0 or more, in the unit of the metric.";
        double? least = fields.Number("min_improvement", more);
        if (least < 0)
            fields.Fail("min_improvement", FormattableString.Invariant($"is {least}. {more}"));
        else if (least is not null && patience is null)
            fields.Fail("min_improvement", "goes with patience, which is not given. Give patience, or leave it out.");
        if (method?.HasRungs() == true && patience is not null)
            fields.Fail("patience", $"does not go with {SnakeCase.Of($"{method}")}, whose rungs say how many trials there are. Remove it.");
        if (method?.HasRungs() == true && trials is not null)
            fields.Fail("max_trials", $"does not go with {SnakeCase.Of($"{method}")}: only its last trials run on the whole range. Remove it, and give a smaller n_trials or a larger first_budget.");

        return new StopRules(patience, least ?? 0, seconds, trials);
    }
}
