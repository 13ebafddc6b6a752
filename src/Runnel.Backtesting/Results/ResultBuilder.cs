namespace Runnel.Backtesting;

internal static class ResultBuilder
{
    public static BacktestResult Of(Klines klines, Account account, int firstEvaluatedBar) => new()
    {
        FirstEvaluatedBar = firstEvaluatedBar,
        Statistics = StatisticsBuilder.Of(klines, account),
        Trades = account.Trades.ToArray(),
        OpenTrades = OpenTrades(klines, account),
        Equity = account.Equity,
        MonthlyReturns = Months(klines.OpenTimes, klines.DayEnds, account.Equity, account.Settings.Cash),
        FundingPayments = account.FundingPayments,
        Warnings = DataWarnings.Of(klines, account),
    };

    public static OpenTrade[] OpenTrades(Klines klines, Account account)
    {
        OpenTrade[] trades = new OpenTrade[account.OpenCount];
        for (int i = 0; i < trades.Length; i++)
        {
            ref readonly Position position = ref account.Positions[i];
            trades[i] = new OpenTrade
            {
                EntryBar = position.EntryBar,
                EntryTime = klines.OpenTimes[position.EntryBar],
                Side = position.Units > 0 ? TradeSide.Long : TradeSide.Short,
                Size = Math.Abs(position.Units),
                EntryPrice = position.EntryPrice,
                UnrealizedPnl = position.Units * (klines.Close[^1] - position.EntryPrice),
            };
        }

        return trades;
    }

    public static List<MonthlyReturn> Months(ReadOnlySpan<long> times, int[] dayEnds, ReadOnlySpan<double> equity, double cash)
    {
        List<MonthlyReturn> months = [];
        double before = cash;
        for (int i = 0; i < dayEnds.Length; i++)
        {
            (int year, int month) = Calendar.Month(times[dayEnds[i]]);
            if (i + 1 < dayEnds.Length && Calendar.Month(times[dayEnds[i + 1]]) == (year, month))
                continue;
            double now = equity[dayEnds[i]];
            months.Add(new MonthlyReturn(year, month, before > 0 ? (now / before - 1) * 100 : 0)); // 0 after ruin
            before = now;
        }

        return months;
    }
}
