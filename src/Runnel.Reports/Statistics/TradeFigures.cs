using Runnel.Backtesting;
using static Runnel.Reports.StatisticUnit;

namespace Runnel.Reports;

internal static class TradeFigures
{
    private const string Group = "Trades", Costs = "Costs";

    public static Statistic[] All { get; } =
    [
        new(nameof(BacktestStatistics.Trades), Group, "Closed trades", Count, "Number of closed trades.", (s, _) => s.Trades),
        new(nameof(BacktestStatistics.OpenTrades), Group, "Open trades", Count, "Trades open after the last bar; no other trade figure counts them.", (s, _) => s.OpenTrades),
        new(nameof(DetailedStatistics.LongTrades), Group, "Long trades", Count, "Number of closed long trades.", (_, d) => d.LongTrades),
        new(nameof(DetailedStatistics.ShortTrades), Group, "Short trades", Count, "Number of closed short trades.", (_, d) => d.ShortTrades),
        new(nameof(BacktestStatistics.WinRatePercent), Group, "Win rate", Percent, "Closed trades with a net profit above 0, of all.", (s, _) => s.WinRatePercent),
        new(nameof(DetailedStatistics.LongWinRatePercent), Group, "Win rate, long", Percent, "The same of long trades.", (_, d) => d.LongWinRatePercent),
        new(nameof(DetailedStatistics.ShortWinRatePercent), Group, "Win rate, short", Percent, "The same of short trades.", (_, d) => d.ShortWinRatePercent),
        new(nameof(BacktestStatistics.ProfitFactor), Group, "Profit factor", Number, "Gross profit / -gross loss, in cash and after fees.", (s, _) => s.ProfitFactor),
        new(nameof(BacktestStatistics.GrossProfit), Group, "Gross profit", Cash, "Sum of the net profits above 0.", (s, _) => s.GrossProfit),
        new(nameof(BacktestStatistics.GrossLoss), Group, "Gross loss", Cash, "Sum of the net profits below 0.", (s, _) => s.GrossLoss),
        new(nameof(BacktestStatistics.NetProfitClosed), Group, "Net profit", Cash, "Sum of the net profits of the closed trades.", (s, _) => s.NetProfitClosed),
        new(nameof(BacktestStatistics.Expectancy), Group, "Expectancy", Cash, "Mean net profit of a closed trade.", (s, _) => s.Expectancy),
        new(nameof(BacktestStatistics.AverageWin), Group, "Average win", Cash, "Mean of the net profits above 0.", (s, _) => s.AverageWin),
        new(nameof(BacktestStatistics.AverageLoss), Group, "Average loss", Cash, "Mean of the net profits below 0.", (s, _) => s.AverageLoss),
        new(nameof(DetailedStatistics.PayoffRatio), Group, "Payoff ratio", Number, "Average win / -average loss.", (_, d) => d.PayoffRatio),
        new(nameof(BacktestStatistics.BestTradePercent), Group, "Best trade", Percent, "Best net profit, of the value at entry.", (s, _) => s.BestTradePercent),
        new(nameof(BacktestStatistics.WorstTradePercent), Group, "Worst trade", Percent, "Worst net profit, of the value at entry.", (s, _) => s.WorstTradePercent),
        new(nameof(BacktestStatistics.AverageTradePercent), Group, "Average trade", Percent, "Arithmetic mean of the net profits, of the value at entry.", (s, _) => s.AverageTradePercent),
        new(nameof(BacktestStatistics.Sqn), Group, "System quality number", Number,
            "sqrt(n) * mean / sample standard deviation of net profits (Tharp 2008).", (s, _) => s.Sqn),
        new(nameof(BacktestStatistics.Kelly), Group, "Kelly fraction", Number,
            "W - (1 - W) / (average win / -average loss), W the share of wins (Kelly 1956, two outcomes).", (s, _) => s.Kelly),
        new(nameof(BacktestStatistics.MaxConsecutiveWins), Group, "Longest run of wins", Count, "In closing order.", (s, _) => s.MaxConsecutiveWins),
        new(nameof(BacktestStatistics.MaxConsecutiveLosses), Group, "Longest run of losses", Count, "In closing order.", (s, _) => s.MaxConsecutiveLosses),
        new(nameof(BacktestStatistics.AverageTradeBars), Group, "Average length in bars", Bars, "Mean number of bars from entry to exit bar.", (s, _) => s.AverageTradeBars),
        new(nameof(DetailedStatistics.AverageTradeDuration), Group, "Average length", Duration, "Mean time from entry to exit bar.", (_, d) => d.AverageTradeDuration?.TotalMilliseconds),
        new(nameof(DetailedStatistics.MaxTradeDuration), Group, "Longest trade", Duration, "Longest time from entry to exit bar.", (_, d) => d.MaxTradeDuration?.TotalMilliseconds),
        new(nameof(DetailedStatistics.AverageAdverseExcursionPercent), Group, "Average adverse excursion (MAE)", Percent,
            "Mean of the worst price against the trade from entry to exit bar, of the entry price (Sweeney 1996).", (_, d) => d.AverageAdverseExcursionPercent),
        new(nameof(DetailedStatistics.AverageFavorableExcursionPercent), Group, "Average favorable excursion (MFE)", Percent,
            "Mean of the best price for the trade from entry to exit bar, of the entry price (Sweeney 1996).", (_, d) => d.AverageFavorableExcursionPercent),
        new(nameof(BacktestStatistics.CommissionPaid), Costs, "Commission paid", Cash, "Entry and exit fees of the closed trades.", (s, _) => s.CommissionPaid),
        new(nameof(BacktestStatistics.FundingPaid), Costs, "Funding paid", Cash, "Funding paid less funding received.", (s, _) => s.FundingPaid),
        new(nameof(DetailedStatistics.TurnoverPerYear), Costs, "Turnover per year", Number,
            "Value traded (entries and exits of closed trades, entries of open ones) / mean equity / years.", (_, d) => d.TurnoverPerYear),
        new(nameof(BacktestStatistics.OrdersDropped), Costs, "Entries dropped", Count,
            "Entries that did not fit the available margin, or came to less than the smallest order.", (s, _) => s.OrdersDropped),
    ];
}
