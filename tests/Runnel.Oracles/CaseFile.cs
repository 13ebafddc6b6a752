using System.Text.Json;
using Runnel.Backtesting;
using Runnel.Oracles.Checks;

namespace Runnel.Oracles;

/// <summary>Finds out what kind of case a file is and has it checked.</summary>
public static class CaseFile
{
    /// <summary>Checks one file.</summary>
    /// <returns>The report; null where the file is no case at all.</returns>
    public static CaseReport? Check(string path, DataFolder data)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(path));
            JsonElement root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("oracle", out JsonElement kind))
                return null;
            return kind.GetString() switch
            {
                "backtest" => BacktestCheck.Run(root, data),
                "backtest-with-funding" => FundingCheck.Run(root, data),
                "indicators" => IndicatorCheck.Run(root),
                "liquidation" => LiquidationCheck.Run(root, data),
                "optimization-grid" => GridCheck.Run(root, data),
                "walk-forward" => WalkForwardCheck.Run(root, data),
                _ => throw new CaseException($"a case of the kind '{kind}' is not known here"),
            };
        }
        catch (Exception e) when (e is CaseException or BacktestInputException)
        {
            return new CaseReport(false, e.Message);
        }
        catch (Exception e) // whatever one file holds, the others are still to be checked
        {
            return new CaseReport(false, $"the file is not in the format of the cases ({e.GetType().Name}: {e.Message})");
        }
    }
}
