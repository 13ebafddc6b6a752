using System.Globalization;
using Runnel.Reports;
using Runnel.Trading;

namespace Runnel.Cli.Output;

/// <summary>Puts the report of an optimization together from its reply and its stored trials.</summary>
internal static class OptimizationView
{
    private const int MostPoints = 20_000; // a cell of the heat map for each
    private const int MostLines = 1_500; // of parallel coordinates

    /// <exception cref="RunnelException">Its trials are not in this data folder.</exception>
    public static async Task<OptimizationReport> ReportAsync(OptimizationReply reply, OptimizationArchive archive)
    {
        IReadOnlyList<string> varied = await archive.VariedAsync(reply.OptimizationId);
        bool maximize = reply.Objective == "maximize", hasWindows = reply.Windows is not null;
        PriorityQueue<OptimizationPoint, double> best = new(); // the worst of the best first
        List<OptimizationPoint> spread = [], improvements = [];
        List<OptimizationFrontPoint> others = []; // trials by two metrics
        int most = varied.Count == 2 ? MostPoints : MostLines;
        long stride = Math.Max(1, reply.Trials!.Completed / (most / 2)), seen = 0, taken = 0;
        if (!hasWindows)
        {
            await foreach (StoredTrial trial in archive.ReadAsync(reply.OptimizationId))
            {
                if (trial.Value is not { } value || trial.Budget < 1)
                    continue;
                if (reply.Front is not null && trial.Values.All(v => v is not null) && taken++ % Math.Max(1, reply.Trials.Completed / MostLines) == 0)
                    others.Add(new OptimizationFrontPoint(Text($"trial {trial.Trial}"), value, trial.Values[1]!.Value));
                OptimizationPoint point = new(trial.Trial, [.. varied.Select(name => trial.Params.TryGetValue(name, out double number) ? number : double.NaN)], value);
                double gain = maximize ? value : -value;
                if (improvements.Count == 0 || gain > (maximize ? improvements[^1].Value : -improvements[^1].Value))
                    improvements.Add(point);
                if (seen++ % stride == 0)
                    spread.Add(point);
                else if (best.Count < most / 2)
                    best.Enqueue(point, gain);
                else
                    best.EnqueueDequeue(point, gain);
            }
        }

        return new OptimizationReport
        {
            Title = reply.OptimizationId,
            Subtitle = $"{reply.Strategy} on {reply.Symbol} {reply.Interval}, {reply.OptimizationType}, {Text($"{reply.Trials.Completed} trials run, {reply.Trials.Skipped} left out, {reply.Trials.Failed} failed")}. Klines: {reply.Data!.Source}, {Text($"{reply.Data.Bars} bars")}.",
            Headline = reply.Guards?.Headline ?? (reply.Windows is { } found ? $"Out of sample, {Outside(found)}" : ""),
            Guards = reply.Guards is { } guards ? Figures(guards) : reply.OutOfSample is { } outside ? Figures(outside) : [],
            Warnings = [.. reply.Warnings ?? [], .. reply.Stopped is { } stopped ? [stopped.Reason] : Array.Empty<string>()],
            Metric = reply.Metric!,
            Maximize = maximize,
            Parameters = varied,
            Points = [.. spread.Concat(best.UnorderedItems.Select(i => i.Element)).OrderBy(p => p.Trial)],
            Trials = seen,
            Improvements = improvements,
            OutOfSampleEquity = reply.OutOfSample?.Equity ?? [],
            OutOfSample = hasWindows ? (reply.Windows![0].TestFrom, reply.Windows[^1].TestTo) : default,
            Front = reply.Front is { } front ? Plot(front, others) : null,
            Tables = hasWindows ? [Windows(reply)] : reply.Front is { } beaten ? [Front(beaten), Trials(reply)] : [Trials(reply)],
        };
    }

    private static OptimizationFrontPlot Plot(OptimizationFront front, List<OptimizationFrontPoint> others) => new(
        front.Metrics[0].Name, front.Metrics[1].Name, [.. front.Trials.Select(t => new OptimizationFrontPoint(Text($"trial {t.Trial}, {Parameters(t.Params)}"), t.Values[0], t.Values[1]))], others);

    private static OptimizationTable Front(OptimizationFront front) => new(
        Text($"Trials that no other beats in every metric ({front.Size})"), ["trial", "parameters", .. front.Metrics.Select(m => m.Name)],
        [.. front.Trials.Select(t => new[] { Text($"{t.Trial}"), Parameters(t.Params) }.Concat(t.Values.Select(v => Number(v))).ToArray())]);

    private static OptimizationFigure[] Figures(OptimizationGuards guards) =>
    [
        new("Sharpe ratio of the best", Number(guards.BestSharpe), "Annualized."),
        new("best by luck alone", Number(guards.LuckSharpe), Text($"What the best of {guards.Trials} trials without any skill would be expected to show.")),
        new("deflated Sharpe ratio", Share(guards.DeflatedSharpe), "Probability that its true Sharpe ratio is above that."),
        new("probability of overfitting", Share(guards.OverfittingProbability), "How often the best of one half of the time is below the middle in the other; near 50 % the choice was worth nothing."),
        new("reality check, p", Number(guards.RealityCheck), "Probability that the best of as many strategies without an edge would earn as much; of at most 200 trials."),
        new("probabilistic Sharpe ratio", Share(guards.ProbabilisticSharpe), "Probability that it is above 0, as if it had been the only trial."),
        new("interval of its Sharpe ratio", guards.SharpeLow is null ? "–" : $"{Number(guards.SharpeLow)} to {Number(guards.SharpeHigh)}", "95 % of resampled histories; does not know that it is the best of many."),
        new("neighbors beat", Share(guards.NeighborhoodScore), Text($"Of all other trials, by the {guards.Neighbors} next to the best: near 100 % a plateau, near 50 % a lone peak.")),
        new("drawdown to be ready for", guards.ShuffledDrawdownPercent is null ? "–" : $"{Number(guards.ShuffledDrawdownPercent)} %", $"95 % of random orders of its trades stay below; {Number(guards.TradeDrawdownPercent)} % in the order that happened."),
    ];

    private static OptimizationFigure[] Figures(OutOfSample outside) =>
    [
        new("return", $"{Number(outside.TotalReturnPercent)} %", "Of the tests one after the other."),
        new("Sharpe ratio", Number(outside.Sharpe), outside.SharpeLow is null ? "Annualized." : $"Annualized; 95 % of resampled histories from {Number(outside.SharpeLow)} to {Number(outside.SharpeHigh)}."),
        new("probabilistic Sharpe ratio", Share(outside.ProbabilisticSharpe), "Probability that it is above 0."),
        new("largest drawdown", $"{Number(outside.MaxDrawdownPercent)} %", "Of that equity."),
        new("efficiency ratio", Number(outside.EfficiencyRatio), "Return per bar of the tests over that of the searches; below about 0.5 little of what was found lasted."),
        new("profitable windows", $"{Number(outside.ProfitableWindowsPercent)} %", "Windows whose test earned something."),
    ];

    private static OptimizationTable Trials(OptimizationReply reply) => new(
        "Best trials", ["rank", "trial", "parameters", reply.Metric!, "return %", "drawdown %", "trades"],
        [.. (reply.Top ?? []).Select((t, i) => new[]
        {
            Text($"{i + 1}"), Text($"{t.Trial}"), Parameters(t), Number(t.Value), Number(t.Statistics.TotalReturnPercent), Number(t.Statistics.MaxDrawdownPercent), Text($"{t.Statistics.Trades}"),
        })]);

    /// <summary>How the out-of-sample figures came about, in words.</summary>
    public static string Outside(IReadOnlyList<OptimizationWindow> windows) => windows.Any(w => w.Train is not null)
        ? "what was found on the other folds and run on each:" : "what was found on each stretch and run on the next:";

    private static OptimizationTable Windows(OptimizationReply reply)
    {
        bool hasFolds = reply.Windows!.Any(w => w.Train is not null);
        return new OptimizationTable(
            hasFolds ? "Folds" : "Windows",
            [hasFolds ? "train bars" : "train from", "test from", "test to", "trials", "parameters", $"train {reply.Metric}", $"test {reply.Metric}", "train return %", "test return %", "test trades"],
            [.. reply.Windows!.Select(w => new[]
            {
                hasFolds ? Text($"{w.TrainBars}") : Day(w.TrainFrom), Day(w.TestFrom), Day(w.TestTo), Text($"{w.Trials}"), w.Best is null ? "none" : Parameters(w.Best), Number(w.Best?.Value), Number(w.TestValue),
                Number(w.Best?.Statistics.TotalReturnPercent), Number(w.Test?.TotalReturnPercent), Text($"{w.Test?.Trades}"),
            })]);
    }

    private static string Parameters(OptimizationTrial trial) => Parameters(trial.Params);

    private static string Parameters(IReadOnlyDictionary<string, double> values) => string.Join(", ", values.Select(p => Text($"{p.Key} {p.Value}")));

    private static string Number(double? value) => value is { } known ? Text($"{known:0.####}") : "–";

    private static string Share(double? value) => value is { } known ? Text($"{known * 100:0.#} %") : "–";

    private static string Day(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static string Text(FormattableString text) => FormattableString.Invariant(text);
}
