using System.Globalization;
using Runnel.Backtesting;
using Runnel.Trading;

namespace Runnel.Cli.Output;

/// <summary>The result of an optimization for people: first how much of it is likely luck.</summary>
internal static class OptimizationText
{
    private const int MostOfFront = 30; // rows of the table

    public static void Print(OptimizationReply reply)
    {
        if (reply.Status != "completed")
        {
            Console.Out.WriteLine($"Optimization {reply.OptimizationId} is {reply.Status}: another task runs it. Ask again later.");
            return;
        }

        foreach (string warning in reply.Warnings ?? [])
            Console.Error.WriteLine($"warning: {warning}");
        if (reply.Guards is { } guards)
            PrintGuards(guards);
        if (reply.OutOfSample is { } outside)
            PrintOutside(outside, reply.Windows!, reply.Metric!);
        if (reply.Front is { Size: > 0 } front)
            PrintFront(front);
        if (reply.Top is { Count: > 0 } top)
            PrintTrials(top, reply.Metric!);
        if (reply.Stopped is { } stopped)
            Console.Out.WriteLine(stopped.Reason);
        TrialCounts trials = reply.Trials!;
        Console.Out.WriteLine(Text($"{trials.Completed} trials run, {trials.Skipped} left out, {trials.Failed} failed; {reply.Data!.Bars} bars of {reply.Symbol} {reply.Interval} ({reply.Data.Source}); {reply.Run!.Seconds:0.0} s.")
            + $" Id: {reply.OptimizationId}");
    }

    private static void PrintGuards(OptimizationGuards guards)
    {
        Console.Out.WriteLine(guards.Headline);
        TextOutput.Fields(
        [
            ("best Sharpe", Number(guards.BestSharpe)),
            ("its 95 % interval", Interval(guards.SharpeLow, guards.SharpeHigh)),
            ("best by luck alone", Number(guards.LuckSharpe)),
            ("probabilistic Sharpe", Share(guards.ProbabilisticSharpe)),
            ("deflated Sharpe", Share(guards.DeflatedSharpe)),
            ("probability of overfitting", Share(guards.OverfittingProbability)),
            ("reality check, p", Number(guards.RealityCheck)),
            ("neighbors beat", guards.NeighborhoodScore is { } score ? Text($"{score * 100:0.#} % of the others ({guards.Neighbors} neighbors)") : null),
            ("drawdown to be ready for", guards.ShuffledDrawdownPercent is { } drawdown
                ? Text($"{drawdown:0.#} % (95 % of the orders of its trades stay below; {guards.TradeDrawdownPercent:0.#} % as they came)") : null),
        ]);
        Console.Out.WriteLine();
    }

    private static void PrintOutside(OutOfSample outside, IReadOnlyList<OptimizationWindow> windows, string metric)
    {
        bool hasFolds = windows.Any(w => w.Train is not null);
        Console.Out.WriteLine($"Out of sample, {OptimizationView.Outside(windows)}");
        TextOutput.Fields(
        [
            ("return", Text($"{outside.TotalReturnPercent:0.##} %")),
            ("Sharpe", Number(outside.Sharpe)),
            ("its 95 % interval", Interval(outside.SharpeLow, outside.SharpeHigh)),
            ("probabilistic Sharpe", Share(outside.ProbabilisticSharpe)),
            ("largest drawdown", Text($"{outside.MaxDrawdownPercent:0.##} %")),
            ("efficiency ratio", Number(outside.EfficiencyRatio) ?? "undefined: the searches lost"),
            (hasFolds ? "profitable folds" : "profitable windows", Text($"{outside.ProfitableWindowsPercent:0.#} %")),
        ]);
        Console.Out.WriteLine();
        (string Header, Func<OptimizationWindow, string?> Cell)[] columns =
        [
            (hasFolds ? "train bars" : "train from", w => hasFolds ? Text($"{w.TrainBars}") : Day(w.TrainFrom)),
            ("test from", w => Day(w.TestFrom)),
            ("test to", w => Day(w.TestTo)),
            ("trials", w => Text($"{w.Trials}")),
            ("parameters", w => w.Best is null ? "none" : Parameters(w.Best)),
            ($"train {metric}", w => Number(w.Best?.Value)),
            ($"test {metric}", w => Number(w.TestValue)),
            ("test return %", w => Number(w.Test?.TotalReturnPercent)),
            ("test trades", w => Text($"{w.Test?.Trades}")),
        ];
        TextOutput.Table([.. columns.Select(c => c.Header)], [.. windows.Select(w => columns.Select(c => c.Cell(w) ?? "").ToArray())]);
    }

    private static void PrintFront(OptimizationFront front)
    {
        int shown = Math.Min(MostOfFront, front.Trials.Count);
        Console.Out.WriteLine(Text($"{front.Size} trials that no other beats in all of {string.Join(", ", front.Metrics.Select(m => $"{m.Name} ({m.Objective})"))}")
            + (shown < front.Size ? Text($"; {shown} of them at even distances:") : ":"));
        TextOutput.Table(
            ["trial", "parameters", .. front.Metrics.Select(m => m.Name)],
            [.. Enumerable.Range(0, shown).Select(i => front.Trials[shown == front.Trials.Count ? i : i * (front.Trials.Count - 1) / (shown - 1)]).Select(t =>
                new[] { Text($"{t.Trial}"), Parameters(t.Params) }.Concat(t.Values.Select(v => Text($"{v:0.####}"))).ToArray())]);
        Console.Out.WriteLine(Text($"The best in {front.Metrics[0].Name}:"));
    }

    private static void PrintTrials(IReadOnlyList<OptimizationTrial> top, string metric)
    {
        (string Header, Func<OptimizationTrial, string?> Cell)[] columns =
        [
            ("parameters", Parameters),
            (metric, trial => Number(trial.Value)),
            ("return %", trial => Number(trial.Statistics.TotalReturnPercent)),
            ("drawdown %", trial => Number(trial.Statistics.MaxDrawdownPercent)),
            ("Sharpe", trial => Number(trial.Statistics.Sharpe)),
            ("trades", trial => Text($"{trial.Statistics.Trades}")),
        ];
        if (metric == "sharpe") // it is the metric's column already
            columns = [.. columns.Where(column => column.Header != "Sharpe")];
        TextOutput.Table(
            ["rank", .. columns.Select(column => column.Header)],
            [.. top.Select((trial, i) => new[] { Text($"{i + 1}") }.Concat(columns.Select(column => column.Cell(trial) ?? "")).ToArray())]);
    }

    private static string Parameters(OptimizationTrial trial) => Parameters(trial.Params);

    private static string Parameters(IReadOnlyDictionary<string, double> values) => string.Join(", ", values.Select(p => Text($"{p.Key} {p.Value}")));

    private static string? Number(double? value) => value is { } known ? Text($"{known:0.####}") : null;

    private static string? Share(double? value) => value is { } known ? Text($"{known * 100:0.#} %") : null;

    private static string? Interval(double? low, double? high) => low is { } from && high is { } to ? Text($"{from:0.##} to {to:0.##}") : null;

    private static string Day(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static string Text(FormattableString text) => FormattableString.Invariant(text);
}
