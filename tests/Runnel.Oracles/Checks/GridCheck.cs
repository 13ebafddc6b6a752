using System.Text.Json;
using Runnel.Backtesting;

namespace Runnel.Oracles.Checks;

/// <summary>A whole grid, its best rows, and the overfitting figures.</summary>
internal static class GridCheck
{
    public static CaseReport Run(JsonElement root, DataFolder data)
    {
        Klines klines = CaseSettings.Klines(root, data);
        IReadOnlyList<Strategy> strategies = CaseSettings.Space(root);
        IReadOnlyList<GridRow> rows = GridSearch.Run(klines, strategies, CaseSettings.Read(root), threads: 2, keepDailyReturns: true);
        Comparison comparison = new();
        comparison.Same("combinations", root.GetProperty("combinations").GetInt32(), rows.Count);
        Rows(root, rows, comparison);
        foreach ((string name, Objective objective) in new[]
        {
            ("best_by_final_equity", Objective.FinalEquity), ("best_by_sharpe", Objective.Sharpe), ("best_by_lowest_drawdown", Objective.LowestDrawdown),
        })
        {
            if (root.TryGetProperty(name, out JsonElement best))
                Row(name + ": ", best, rows[Ranking.Best(rows, objective)], comparison);
        }

        if (root.TryGetProperty("overfitting", out JsonElement overfitting))
            Overfitting(overfitting, rows, comparison);
        return comparison.Report($"{rows.Count} rows equal");
    }

    private static void Rows(JsonElement root, IReadOnlyList<GridRow> rows, Comparison comparison)
    {
        string[] columns = [.. root.GetProperty("columns").EnumerateArray().Select(c => c.GetString()!)];
        JsonElement expected = root.GetProperty("rows");
        comparison.Same("number of rows", expected.GetArrayLength(), rows.Count);
        for (int i = 0; i < Math.Min(expected.GetArrayLength(), rows.Count); i++)
        {
            for (int column = 0; column < columns.Length; column++)
                Cell($"row {i}: ", columns[column], expected[i][column], rows[i], comparison);
        }
    }

    private static void Row(string where, JsonElement expected, GridRow row, Comparison comparison)
    {
        foreach (JsonProperty cell in expected.EnumerateObject())
            Cell(where, cell.Name, cell.Value, row, comparison);
    }

    private static void Cell(string where, string name, JsonElement expected, GridRow row, Comparison comparison)
    {
        if (row.Strategy.Parameters.TryGetValue(name, out double parameter))
            comparison.Same(where + name, expected.GetDouble(), parameter);
        else
            StatisticNames.Compare(name, expected, row.Statistics, comparison, where);
    }

    private static void Overfitting(JsonElement expected, IReadOnlyList<GridRow> rows, Comparison comparison)
    {
        double[][] returns = [.. rows.Select(row => row.DailyReturns.ToArray())];
        double[] ratios = [.. returns.Select(r => Backtesting.Overfitting.SharpePerReturn(r))];
        int best = Array.IndexOf(ratios, ratios.Max());
        (double skewness, double kurtosis) = Backtesting.Overfitting.Shape(returns[best]);
        double expectedBest = Backtesting.Overfitting.ExpectedBestSharpe(ratios);
        CrossValidation validation = CrossValidation.Run(returns);
        foreach (JsonProperty figure in expected.EnumerateObject().Where(f => f.Name != "definitions"))
        {
            double ours = figure.Name switch
            {
                "days" => returns[best].Length,
                "combinations" => rows.Count,
                "best_row" => best,
                "sr_best" => ratios[best],
                "skewness" => skewness,
                "kurtosis" => kurtosis,
                "psr_zero" => Backtesting.Overfitting.ProbabilisticSharpe(returns[best], 0),
                "sr_variance" => Backtesting.Overfitting.Variance(ratios),
                "sr0" => expectedBest,
                "dsr" => Backtesting.Overfitting.ProbabilisticSharpe(returns[best], expectedBest),
                "pbo" => validation.Probability,
                "lambda_mean" => validation.Logits.Average(),
                "lambda_first" => validation.Logits[0],
                "lambda_last" => validation.Logits[^1],
                _ => throw new CaseException($"the overfitting figure '{figure.Name}' is not known here"),
            };
            comparison.Near($"overfitting.{figure.Name}", figure.Value.GetDouble(), ours);
        }
    }
}
