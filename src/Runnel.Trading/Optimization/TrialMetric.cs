using Runnel.Backtesting;
using Runnel.Optimization;
using Runnel.Shared;

namespace Runnel.Trading;

/// <summary>What ranks the trials of an optimization: a statistic or an expression of several, higher or lower being better. Safe from several threads.</summary>
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

    private static readonly string[] Known = [.. StatisticColumns.Names, .. Aliases.Keys.Except(StatisticColumns.Names)];
    private static readonly int[] ColumnsOfKnown = [.. Known.Select(name => StatisticColumns.IndexOf(Aliases.GetValueOrDefault(name, name)))];

    private readonly int column; // of the statistic, where it is one alone
    private readonly Expression? expression; // of the names in Known otherwise

    private TrialMetric(string name, int column, Expression? expression, bool maximize, int minTrades) =>
        (Name, this.column, this.expression, Maximize, MinTrades) = (name, column, expression, maximize, minTrades);

    /// <summary>The statistic's name in JSON, or the expression.</summary>
    public string Name { get; }

    /// <summary>Trials with fewer closed trades have no score.</summary>
    public int MinTrades { get; }

    /// <summary>Whether higher values are better.</summary>
    public bool Maximize { get; }

    /// <summary>The same in the word of payloads.</summary>
    public string Objective => Maximize ? "maximize" : "minimize";

    /// <summary>A metric.</summary>
    /// <param name="text">A statistic's name, an alias, or an expression of them, as a payload gives it.</param>
    /// <param name="maximize">Whether higher is better; null: as the statistic is, and for an expression that it is.</param>
    /// <param name="minTrades">Trials with fewer closed trades have no score.</param>
    /// <exception cref="BacktestInputException">It is neither; says where, and which names there are.</exception>
    public static TrialMetric Of(string text, bool? maximize, int minTrades)
    {
        text = text.Trim();
        string statistic = SnakeCase.Of(text).Replace(' ', '_').Replace('-', '_');
        statistic = Aliases.GetValueOrDefault(statistic, statistic);
        int column = StatisticColumns.IndexOf(statistic);
        if (column >= 0)
            return new TrialMetric(statistic, column, null, maximize ?? !LowerIsBetter.Contains(statistic), minTrades);
        if (text.All(c => char.IsLetterOrDigit(c) || c is '_'))
        {
            string near = Spelling.Nearest(text, Known) is { } name ? $"Did you mean {name}? " : "";
            throw new BacktestInputException("metric", $"'{text}'", $"{near}Give a statistic or an expression of some: {string.Join(", ", StatisticColumns.Names)}.");
        }

        Expression expression = Expression.Parse("metric", text, Known);
        if (expression.Slots.Count == 0)
            throw new BacktestInputException("metric", $"'{text}', which is the same for every trial", $"Use a statistic in it: {string.Join(", ", StatisticColumns.Names)}.");
        TrialMetric metric = new(text, -1, expression, maximize ?? true, minTrades);
        if (expression.Evaluate(metric.ValuesOf(_ => 1)).Kind is ParameterValueKind.Boolean or ParameterValueKind.Text)
            throw new BacktestInputException("metric", $"'{text}', which is no number", "Give a formula of numbers, for instance sharpe_ratio - 0.01 * max_drawdown.");
        return metric;
    }

    /// <summary>What ranks a trial: the higher the better; NaN where it is undefined, which is worse than every number.</summary>
    public double Score(BacktestStatistics statistics)
    {
        if (statistics.Trades < MinTrades)
            return double.NaN;
        double value = expression is null ? StatisticColumns.Read(statistics, column) : Worked(expression.Evaluate(ValuesOf(i => StatisticColumns.Read(statistics, i))));
        return Maximize ? value : -value;
    }

    /// <summary>The metric's own value of a score.</summary>
    public double? ValueOf(double score) => double.IsNaN(score) ? null : Maximize ? score : -score;

    private ParameterValue[] ValuesOf(Func<int, double> read)
    {
        ParameterValue[] values = new ParameterValue[Known.Length];
        foreach (int slot in expression!.Slots)
        {
            double value = read(ColumnsOfKnown[slot]);
            values[slot] = double.IsNaN(value) ? default : ParameterValue.Of(value); // an undefined statistic leaves the whole undefined
        }

        return values;
    }

    private static double Worked(ParameterValue value) => value.Kind == ParameterValueKind.Number ? value.Number : double.NaN;

    /// <summary>Whether a trial comes before another: by its score, the earlier trial on a tie.</summary>
    public static int Compare(double leftScore, long leftTrial, double rightScore, long rightTrial)
    {
        double left = double.IsNaN(leftScore) ? double.NegativeInfinity : leftScore, right = double.IsNaN(rightScore) ? double.NegativeInfinity : rightScore;
        return left != right ? right.CompareTo(left) : leftTrial.CompareTo(rightTrial);
    }
}
