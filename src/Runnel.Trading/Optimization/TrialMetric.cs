using Runnel.Backtesting;

namespace Runnel.Trading;

/// <summary>What ranks the trials of an optimization: one statistic, higher or lower being better.</summary>
internal sealed class TrialMetric
{
    private static readonly Dictionary<string, string> Aliases = new(StringComparer.Ordinal)
    {
        ["sharpe_ratio"] = "sharpe",
        ["sortino_ratio"] = "sortino",
        ["calmar_ratio"] = "calmar",
        ["total_return"] = "total_return_percent",
        ["return"] = "total_return_percent",
        ["cagr"] = "cagr_percent",
        ["max_drawdown"] = "max_drawdown_percent",
        ["volatility"] = "annual_volatility_percent",
        ["win_rate"] = "win_rate_percent",
        ["num_trades"] = "trades",
        ["total_trades"] = "trades",
        ["net_profit"] = "net_profit_closed",
        ["sqn"] = "sqn",
    };

    private static readonly HashSet<string> LowerIsBetter =
        ["max_drawdown_percent", "annual_volatility_percent", "commission_paid", "funding_paid", "max_consecutive_losses", "orders_dropped"];

    private readonly int column;

    private TrialMetric(string name, int column, bool maximize, int minTrades)
    {
        (Name, this.column, Maximize, MinTrades) = (name, column, maximize, minTrades);
    }

    /// <summary>The statistic's name in JSON.</summary>
    public string Name { get; }

    /// <summary>Trials with fewer closed trades have no score.</summary>
    public int MinTrades { get; }

    /// <summary>Whether higher values are better.</summary>
    public bool Maximize { get; }

    /// <summary>Names that a payload may give.</summary>
    public static IEnumerable<string> Known => StatisticColumns.Names.Concat(Aliases.Keys);

    /// <summary>A metric by its name or an alias; null where there is none.</summary>
    /// <param name="name">As a payload gives it.</param>
    /// <param name="maximize">Whether higher is better; null: as the statistic is.</param>
    /// <param name="minTrades">Trials with fewer closed trades have no score.</param>
    public static TrialMetric? Find(string name, bool? maximize, int minTrades)
    {
        string statistic = SnakeCase.Of(name.Trim()).Replace(' ', '_').Replace('-', '_');
        statistic = Aliases.GetValueOrDefault(statistic, statistic);
        int column = StatisticColumns.IndexOf(statistic);
        return column < 0 ? null : new TrialMetric(statistic, column, maximize ?? !LowerIsBetter.Contains(statistic), minTrades);
    }

    /// <summary>What ranks a trial: the higher the better; NaN where it is undefined, which is worse than every number.</summary>
    public double Score(BacktestStatistics statistics)
    {
        if (statistics.Trades < MinTrades)
            return double.NaN;
        double value = StatisticColumns.Read(statistics, column);
        return Maximize ? value : -value;
    }

    /// <summary>The metric's own value of a score.</summary>
    public double? ValueOf(double score) => double.IsNaN(score) ? null : Maximize ? score : -score;

    /// <summary>Whether a trial comes before another: by its score, the earlier trial on a tie.</summary>
    public static int Compare(double leftScore, long leftTrial, double rightScore, long rightTrial)
    {
        double left = double.IsNaN(leftScore) ? double.NegativeInfinity : leftScore, right = double.IsNaN(rightScore) ? double.NegativeInfinity : rightScore;
        return left != right ? right.CompareTo(left) : leftTrial.CompareTo(rightTrial);
    }
}
