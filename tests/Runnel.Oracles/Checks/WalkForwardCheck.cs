using System.Text.Json;
using Runnel.Backtesting;

namespace Runnel.Oracles.Checks;

/// <summary>Every window of a walk-forward test.</summary>
internal static class WalkForwardCheck
{
    public static CaseReport Run(JsonElement root, DataFolder data)
    {
        Klines klines = CaseSettings.Klines(root, data);
        WalkForwardPlan plan = new()
        {
            Train = root.GetProperty("train").GetInt32(),
            Test = root.GetProperty("test").GetInt32(),
            Step = root.GetProperty("step").GetInt32(),
            Anchored = root.GetProperty("anchored").GetBoolean(),
        };
        IReadOnlyList<WalkForwardWindow> windows = WalkForward.Run(klines, CaseSettings.Space(root), CaseSettings.Read(root), plan, threads: 2);
        Comparison comparison = new();
        JsonElement expected = root.GetProperty("windows");
        comparison.Same("number of windows", expected.GetArrayLength(), windows.Count);
        for (int i = 0; i < Math.Min(expected.GetArrayLength(), windows.Count); i++)
            Window($"window {i}: ", expected[i], windows[i], comparison);
        comparison.Near("compounded_test_return_pct", root.GetProperty("compounded_test_return_pct").GetDouble(), WalkForward.CompoundedReturnPercent(windows));
        return comparison.Report($"{windows.Count} windows equal");
    }

    private static void Window(string where, JsonElement expected, WalkForwardWindow window, Comparison comparison)
    {
        comparison.Same(where + "train", (expected.GetProperty("train")[0].GetInt32(), expected.GetProperty("train")[1].GetInt32()), (window.TrainFirst, window.TestFirst));
        comparison.Same(where + "test", (expected.GetProperty("test")[0].GetInt32(), expected.GetProperty("test")[1].GetInt32()), (window.TestFirst, window.TestLast));
        foreach (JsonProperty parameter in expected.GetProperty("best").EnumerateObject())
            comparison.Same(where + parameter.Name, parameter.Value.GetDouble(), window.Best.Strategy.Parameters[parameter.Name]);
        foreach (JsonProperty figure in expected.EnumerateObject().Where(f => f.Name is not ("train" or "test" or "best")))
        {
            (string part, BacktestStatistics statistics) = figure.Name.StartsWith("train_", StringComparison.Ordinal)
                ? ("train_", window.Best.Statistics) : ("test_", window.Test);
            string name = figure.Name[part.Length..];
            StatisticNames.Compare(name == "return_pct" ? "total_return_pct" : name, figure.Value, statistics, comparison, where + part);
        }
    }
}
