using System.Text.Json.Nodes;
using Runnel.Oracles;

namespace Runnel.Backtesting.Tests;

public sealed class CheckerTests
{
    private static string Shared => SharedFolder.Path ?? throw new InvalidOperationException();

    [Fact]
    public void Names_the_first_trade_that_differs()
    {
        CaseReport report = Check(root => root["trades"]![3]![7] = 1.5);

        Assert.False(report.Ok);
        Assert.StartsWith("trade 3: exit_price is ", report.Line, StringComparison.Ordinal);
    }

    [Fact]
    public void Fails_a_case_with_a_strategy_a_setting_a_statistic_or_a_kind_that_it_does_not_know()
    {
        Assert.Contains("crystal_ball", Check(root => root["strategy"] = "crystal_ball").Line, StringComparison.Ordinal);
        Assert.Contains("luck", Check(root => root["settings"]!["luck"] = 1).Line, StringComparison.Ordinal);
        Assert.Contains("luck", Check(root => root["stats"]!["luck"] = 1).Line, StringComparison.Ordinal);
        Assert.Contains("luck", Check(root => root["oracle"] = "luck").Line, StringComparison.Ordinal);
        Assert.Contains("nowhere.csv", Check(root => root["dataset"] = "nowhere.csv").Line, StringComparison.Ordinal);
    }

    [Fact]
    public void Fails_a_case_that_lacks_what_it_needs_and_passes_over_other_json()
    {
        Assert.False(Check(root => root.Remove("trades")).Ok);
        Assert.False(Check(root => root["trades"]!.AsArray().RemoveAt(0)).Ok);
        Assert.Null(CheckFile(root => root.Remove("oracle")));
    }

    [Fact]
    public void Passes_a_case_as_it_is() => Assert.True(Check(_ => { }).Ok);

    private static CaseReport Check(Action<JsonObject> change) => CheckFile(change) ?? throw new InvalidOperationException("not a case");

    private static CaseReport? CheckFile(Action<JsonObject> change)
    {
        if (SharedFolder.Path is null)
            Assert.Skip("The folder ../shared with the oracles is not there; set RUNNEL_SHARED to it.");
        string text = File.ReadAllText(Path.Combine(Shared, "oracles", "backtest", "V03-sma_cross-goog-D.json"));
        JsonObject root = JsonNode.Parse(text)!.AsObject();
        change(root);
        string path = Path.Combine(Directory.CreateTempSubdirectory("oracles-").FullName, "case.json");
        File.WriteAllText(path, root.ToJsonString());
        try
        {
            return CaseFile.Check(path, new DataFolder(Path.Combine(Shared, "data", "klines")));
        }
        finally
        {
            Directory.Delete(Path.GetDirectoryName(path)!, recursive: true);
        }
    }
}
