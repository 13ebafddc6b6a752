namespace Runnel.Backtesting;

/// <summary>Goes through the bars of all symbols in the order of time: at each step first all fills, then equity and budgets, then all decisions.</summary>
internal sealed class PortfolioRun(BacktestSettings settings) : IDisposable
{
    private const int Chunk = 4096; // steps between two looks at cancellation

    private readonly List<Seat> seats = [];
    private long[] times = [];
    private double[] equity = [];
    private EquityCurve? curve;

    public void Add(PortfolioMember member, double share) => seats.Add(new Seat(member, share, settings));

    public void Loop(IProgress<double>? progress, CancellationToken cancellationToken)
    {
        times = [.. seats.SelectMany(s => s.Klines.TimeColumn).Distinct().Order()];
        equity = new double[times.Length];
        int[] dayEnds = Calendar.DayEnds(times);
        curve = new EquityCurve(new double[times.Length], dayEnds, equity, new double[dayEnds.Length]);
        List<Seat> present = [];
        for (int step = 0; step < times.Length; step++)
        {
            if (step % Chunk == 0)
            {
                cancellationToken.ThrowIfCancellationRequested();
                progress?.Report((double)step / times.Length);
            }

            present.Clear();
            foreach (Seat seat in seats)
            {
                if (seat.NextTime != times[step])
                    continue;
                seat.Advance(step);
                present.Add(seat);
            }

            double total = Total();
            if (!(total > 0))
            {
                Ruin(step);
                break;
            }

            curve.Mark(step, step + 1, total, units: 0);
            SetBudgets(total);
            foreach (Seat seat in present)
                seat.Decide();
        }

        progress?.Report(1);
    }

    public PortfolioResult Result()
    {
        PortfolioMemberResult[] members = [.. seats.Select(s => s.Result(settings.Cash))];
        Trade[] trades = [.. members.SelectMany(m => m.Trades).OrderBy(t => t.ExitBar)]; // stable: by symbol within a step
        return new PortfolioResult
        {
            Times = times,
            Equity = equity,
            Statistics = StatisticsBuilder.Of(curve!, times, trades, settings) with
            {
                BuyHoldReturnPercent = seats.Sum(s => s.Share * (s.Klines.Close[^1] / s.Klines.Close[0] - 1)) * 100,
                OpenTrades = seats.Sum(s => s.Account.OpenCount),
                FundingPaid = seats.Sum(s => s.Account.FundingPaid),
                OrdersDropped = seats.Sum(s => s.Account.OrdersDropped),
            },
            MonthlyReturns = ResultBuilder.Months(times, Calendar.DayEnds(times), equity, settings.Cash),
            Members = members,
        };
    }

    public void Dispose()
    {
        foreach (Seat seat in seats)
            seat.Dispose();
    }

    private double Total()
    {
        double sum = 0;
        foreach (Seat seat in seats)
            sum += seat.Equity;
        return sum - (seats.Count - 1) * settings.Cash;
    }

    // Each symbol may use its share of the equity. Where trades have grown beyond their shares, what is free is less than the other shares come to: then all of
    // those are cut alike, whether they enter or not, since who does is not known before the fills. What has grown beyond its share may have that much again
    // once it is closed, as far as the others leave it.
    private void SetBudgets(double total)
    {
        double used = 0, wanted = 0;
        foreach (Seat seat in seats)
        {
            double margin = seat.Margin;
            used += margin;
            wanted += Math.Max(0, seat.Share * total - margin);
        }

        double free = Math.Max(0, total - used);
        foreach (Seat seat in seats)
        {
            double margin = seat.Margin, share = seat.Share * total;
            double limit = margin >= share ? Math.Min(share, Math.Max(0, total - (used - margin)))
                : wanted > free ? margin + (share - margin) * (free / wanted)
                : share;
            seat.Budget.Set(limit, seat.Equity, total);
        }
    }

    private void Ruin(int step)
    {
        foreach (Seat seat in seats)
            seat.Ruin();
        curve!.MarkLost(step);
    }
}
