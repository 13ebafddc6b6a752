using System.Text.Json.Serialization;

namespace Runnel.Trading;

/// <summary>The tests of all windows one after the other, each with all that the ones before left. Where tests overlap, each counts until the next begins.</summary>
public sealed record OutOfSample
{
    /// <summary>(last / first equity - 1) * 100.</summary>
    [JsonPropertyName("total_return_percent")]
    public required double TotalReturnPercent { get; init; }

    /// <summary>Mean / sample standard deviation of the daily returns, annualized; null where undefined.</summary>
    [JsonPropertyName("sharpe")]
    public required double? Sharpe { get; init; }

    /// <summary>Probability that the true Sharpe ratio of the tests is above 0; null where undefined.</summary>
    [JsonPropertyName("probabilistic_sharpe")]
    public double? ProbabilisticSharpe { get; init; }

    /// <summary>Lower end of the 95 % interval of <see cref="Sharpe"/> (stationary bootstrap); null where the returns are fewer than 20 or do not vary.</summary>
    [JsonPropertyName("sharpe_low")]
    public double? SharpeLow { get; init; }

    /// <summary>Upper end of it.</summary>
    [JsonPropertyName("sharpe_high")]
    public double? SharpeHigh { get; init; }

    /// <summary>Largest 1 - equity / highest equity so far, * 100.</summary>
    [JsonPropertyName("max_drawdown_percent")]
    public required double MaxDrawdownPercent { get; init; }

    /// <summary>Return per bar of the tests / return per bar of the winners where they were searched, both summed over the windows. Below about 0.5 little
    /// of what the search found lasted; null where the searches lost. Source: R. Pardo, The Evaluation and Optimization of Trading Strategies, 2008.</summary>
    [JsonPropertyName("efficiency_ratio")]
    public required double? EfficiencyRatio { get; init; }

    /// <summary>Windows whose test earned something, in percent.</summary>
    [JsonPropertyName("profitable_windows_percent")]
    public required double ProfitableWindowsPercent { get; init; }

    /// <summary>At most 200 samples of the equity at even distances, the first and the last bar among them.</summary>
    [JsonPropertyName("equity")]
    public required IReadOnlyList<double> Equity { get; init; }
}
