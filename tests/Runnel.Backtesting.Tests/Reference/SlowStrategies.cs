namespace Runnel.Backtesting.Tests;

/// <summary>The strategies' rules in the plainest way: every indicator from its definition, in decimal arithmetic.</summary>
internal static class SlowStrategies
{
    public static SlowBroker Run(Klines klines, string strategy, IReadOnlyDictionary<string, double> parameters, BacktestSettings settings)
    {
        SlowBroker broker = new(klines, settings);
        decimal[] close = [.. klines.Close.ToArray().Select(v => (decimal)v)];
        decimal[] high = [.. klines.High.ToArray().Select(v => (decimal)v)], low = [.. klines.Low.ToArray().Select(v => (decimal)v)];
        int P(string name) => (int)parameters[name];
        decimal V(string name) => (decimal)parameters[name];
        (int first, Action<int> decide) = strategy switch
        {
            "sma_cross" => Cross(Sma(close, P("fast")), Sma(close, P("slow")), P("slow"), broker, settings.Direction),
            "ema_cross" => Cross(Ema(close, P("fast")), Ema(close, P("slow")), P("slow"), broker, settings.Direction),
            "macd" => Macd(close, P("fast"), P("slow"), P("signal"), broker, settings.Direction),
            "rsi_mr" => RsiReversion(close, P("n"), V("lo"), V("hi"), V("exit_level"), V("slp"), V("tpp"), broker, settings.Direction),
            "dca_rsi" => RsiLadder(close, P("n"), V("lo"), V("hi"), P("max_open"), broker, settings.Direction),
            "bollinger" => Bands(close, P("n"), V("k"), 1, broker, settings.Direction),
            "bollinger_breakout" => Bands(close, P("n"), V("k"), -1, broker, settings.Direction),
            "donchian" => Breakout(close, high, low, P("n"), P("m"), broker, settings.Direction),
            "donchian_stop" => StopBreakout(close, high, low, P("n"), P("m"), broker, settings.Direction),
            "supertrend" => SuperTrend(close, high, low, P("n"), V("k"), broker, settings.Direction),
            "stochastic" => Stochastic(close, high, low, P("n"), P("smooth"), P("signal"), V("lo"), V("hi"), broker, settings.Direction),
            "atr_trailing" => Trailing(close, Ema(close, P("n")), Atr(close, high, low, P("atr")), V("k"), Math.Max(1, Math.Max(P("n"), P("atr"))), broker, settings.Direction),
            "buy_hold" => Schedule(int.MaxValue, 1, broker, settings.Direction),
            "dca" => Schedule(P("every"), P("max_open"), broker, settings.Direction),
            "grid" => Grid(close, V("step"), P("max_open"), broker, settings.Direction),
            _ => throw new ArgumentException(strategy),
        };
        for (int bar = 0; bar < klines.Count; bar++)
        {
            int now = bar;
            broker.Bar(bar, () =>
            {
                if (now >= first)
                    decide(now);
            });
        }

        return broker;
    }

    private static decimal[] Sma(decimal[] x, int n) => [.. x.Select((_, i) => i < n - 1 ? 0 : x[(i - n + 1)..(i + 1)].Sum() / n)];

    private static decimal[] Ema(decimal[] x, int n)
    {
        decimal[] e = [.. x];
        for (int i = 1; i < x.Length; i++)
            e[i] = 2m / (n + 1) * x[i] + (1 - 2m / (n + 1)) * e[i - 1];
        return e;
    }

    private static decimal[] Rsi(decimal[] x, int n)
    {
        decimal[] rsi = new decimal[x.Length];
        decimal gain = 0, loss = 0;
        for (int i = 1; i < x.Length; i++)
        {
            decimal up = Math.Max(0, x[i] - x[i - 1]), down = Math.Max(0, x[i - 1] - x[i]);
            (gain, loss) = i <= n ? (gain + up / n, loss + down / n) : ((gain * (n - 1) + up) / n, (loss * (n - 1) + down) / n);
            rsi[i] = loss == 0 ? (gain == 0 ? 50 : 100) : 100 - 100 / (1 + gain / loss);
        }

        return rsi;
    }

    private static decimal Max(decimal[] x, int from, int to) => x[from..to].Max();

    private static decimal Min(decimal[] x, int from, int to) => x[from..to].Min();

    private static (int, Action<int>) Cross(decimal[] a, decimal[] b, int first, SlowBroker broker, TradeDirection direction) => (first, i =>
    {
        if (a[i - 1] <= b[i - 1] && a[i] > b[i])
            Signal(1, broker, direction);
        if (a[i - 1] >= b[i - 1] && a[i] < b[i])
            Signal(-1, broker, direction);
    }
    );

    private static void Signal(int side, SlowBroker broker, TradeDirection direction)
    {
        if (broker.Side == -side)
            broker.CloseAll();
        bool isAllowed = side > 0 ? direction != TradeDirection.ShortOnly : direction != TradeDirection.LongOnly;
        if (isAllowed && broker.Side != side)
            broker.Enter(side);
    }

    private static (int, Action<int>) Macd(decimal[] close, int fast, int slow, int signal, SlowBroker broker, TradeDirection direction)
    {
        decimal[] line = [.. Ema(close, fast).Zip(Ema(close, slow), (f, s) => f - s)];
        return Cross(line, Ema(line, signal), slow + signal - 1, broker, direction);
    }

    private static (int, Action<int>) RsiReversion(decimal[] close, int n, decimal low, decimal high, decimal exit, decimal stop, decimal target,
        SlowBroker broker, TradeDirection direction)
    {
        decimal[] rsi = Rsi(close, n);
        decimal? Level(decimal price, decimal distance) => distance == 0 ? null : price * (1 + distance);
        return (n + 1, i =>
        {
            if (broker.Side > 0 && rsi[i] > exit)
                broker.CloseAll();
            else if (broker.Side < 0 && rsi[i] < 100 - exit)
                broker.CloseAll();
            else if (broker.Side == 0 && direction != TradeDirection.ShortOnly && rsi[i - 1] < low && rsi[i] >= low)
                broker.Enter(1, Level(close[i], -stop), Level(close[i], target));
            else if (broker.Side == 0 && direction != TradeDirection.LongOnly && rsi[i - 1] > high && rsi[i] <= high)
                broker.Enter(-1, Level(close[i], stop), Level(close[i], -target));
        }
        );
    }

    private static (int, Action<int>) RsiLadder(decimal[] close, int n, decimal low, decimal high, int most, SlowBroker broker, TradeDirection direction)
    {
        bool isLong = direction == TradeDirection.LongOnly;
        decimal[] rsi = [.. Rsi(close, n).Select(v => isLong ? v : 100 - v)];
        return (n + 1, i =>
        {
            if (broker.Side != 0 && rsi[i] > high)
                broker.CloseAll();
            else if (rsi[i - 1] >= low && rsi[i] < low && broker.Open.Count < most)
                broker.Enter(isLong ? 1 : -1);
        }
        );
    }

    private static (int, Action<int>) Bands(decimal[] close, int n, decimal k, int sign, SlowBroker broker, TradeDirection direction)
    {
        decimal[] mid = Sma(close, n);
        return (n, i =>
        {
            decimal deviation = (decimal)Math.Sqrt((double)(close[(i - n + 1)..(i + 1)].Sum(c => (c - mid[i]) * (c - mid[i])) / n));
            broker.HangsOnTie |= deviation > 0 && Math.Abs(Math.Abs(close[i] - mid[i]) - k * deviation) < 1e-9m;
            int below = close[i] < mid[i] - k * deviation ? sign : close[i] > mid[i] + k * deviation ? -sign : 0;
            if (broker.Side != 0)
            {
                if (broker.Side * sign * (close[i] - mid[i]) > 0)
                    broker.CloseAll();
            }
            else if ((below > 0 && direction != TradeDirection.ShortOnly) || (below < 0 && direction != TradeDirection.LongOnly))
            {
                broker.Enter(below);
            }
        }
        );
    }

    private static (int, Action<int>) Breakout(decimal[] close, decimal[] high, decimal[] low, int n, int m, SlowBroker broker, TradeDirection direction) =>
        (1 + Math.Max(n, m), i =>
        {
            if (broker.Side <= 0 && direction != TradeDirection.ShortOnly && close[i] > Max(high, i - n, i))
                Signal(1, broker, direction);
            else if (broker.Side >= 0 && direction != TradeDirection.LongOnly && close[i] < Min(low, i - n, i))
                Signal(-1, broker, direction);
            else if (broker.Side > 0 && close[i] < Min(low, i - m, i))
                broker.CloseAll();
            else if (broker.Side < 0 && close[i] > Max(high, i - m, i))
                broker.CloseAll();
        }
    );

    private static (int, Action<int>) StopBreakout(decimal[] close, decimal[] high, decimal[] low, int n, int m, SlowBroker broker, TradeDirection direction)
    {
        bool isLong = direction == TradeDirection.LongOnly;
        return (1 + Math.Max(n - 1, m), i =>
        {
            if (broker.Side == 0)
                broker.EnterAtStop(isLong ? 1 : -1, isLong ? Max(high, i - n + 1, i + 1) : Min(low, i - n + 1, i + 1));
            else if (isLong ? close[i] < Min(low, i - m, i) : close[i] > Max(high, i - m, i))
                broker.CloseAll();
        }
        );
    }

    private static decimal[] Atr(decimal[] close, decimal[] high, decimal[] low, int n)
    {
        decimal[] atr = new decimal[close.Length];
        decimal sum = 0;
        for (int i = 0; i < close.Length; i++)
        {
            decimal range = high[i] - low[i];
            if (i > 0)
                range = new[] { range, Math.Abs(high[i] - close[i - 1]), Math.Abs(low[i] - close[i - 1]) }.Max();
            sum += range;
            atr[i] = i == n - 1 ? sum / n : i >= n ? (atr[i - 1] * (n - 1) + range) / n : 0;
        }

        return atr;
    }

    private static (int, Action<int>) SuperTrend(decimal[] close, decimal[] high, decimal[] low, int n, decimal k, SlowBroker broker, TradeDirection direction)
    {
        decimal[] atr = Atr(close, high, low, n), upper = new decimal[close.Length], lower = new decimal[close.Length];
        int[] trend = new int[close.Length];
        for (int i = n - 1; i < close.Length; i++)
        {
            decimal middle = (high[i] + low[i]) / 2, above = middle + k * atr[i], below = middle - k * atr[i];
            if (i == n - 1)
            {
                (upper[i], lower[i], trend[i]) = (above, below, -1);
                continue;
            }

            upper[i] = above < upper[i - 1] || close[i - 1] > upper[i - 1] ? above : upper[i - 1];
            lower[i] = below > lower[i - 1] || close[i - 1] < lower[i - 1] ? below : lower[i - 1];
            trend[i] = close[i] > upper[i] ? 1 : close[i] < lower[i] ? -1 : trend[i - 1];
        }

        return (n, i =>
        {
            broker.HangsOnTie |= Math.Abs(close[i] - upper[i]) < 1e-9m || Math.Abs(close[i] - lower[i]) < 1e-9m;
            if (trend[i] != trend[i - 1])
                Signal(trend[i], broker, direction);
        }
        );
    }

    private static (int, Action<int>) Stochastic(decimal[] close, decimal[] high, decimal[] low, int n, int smooth, int signal, decimal lowLevel,
        decimal highLevel, SlowBroker broker, TradeDirection direction)
    {
        decimal[] raw = [.. close.Select((c, i) =>
        {
            if (i < n - 1)
                return 0;
            decimal top = Max(high, i - n + 1, i + 1), bottom = Min(low, i - n + 1, i + 1);
            return top == bottom ? 50 : 100 * (c - bottom) / (top - bottom);
        })];
        decimal[] k = Sma(raw, smooth), d = Sma(k, signal);
        return (n + smooth + signal - 2, i =>
        {
            broker.HangsOnTie |= (k[i] != d[i] && Math.Abs(k[i] - d[i]) < 1e-9m) || Math.Abs(k[i] - lowLevel) < 1e-9m || Math.Abs(k[i] - highLevel) < 1e-9m;
            if (k[i - 1] <= d[i - 1] && k[i] > d[i] && k[i] < lowLevel)
                Signal(1, broker, direction);
            if (k[i - 1] >= d[i - 1] && k[i] < d[i] && k[i] > highLevel)
                Signal(-1, broker, direction);
        }
        );
    }

    private static (int, Action<int>) Trailing(decimal[] close, decimal[] average, decimal[] range, decimal k, int first, SlowBroker broker,
        TradeDirection direction) => (first, i =>
        {
            bool up = close[i - 1] <= average[i - 1] && close[i] > average[i], down = close[i - 1] >= average[i - 1] && close[i] < average[i];
            if (broker.Side == 0 && up && direction != TradeDirection.ShortOnly)
                broker.Enter(1, trail: k * range[i]);
            if (broker.Side == 0 && down && direction != TradeDirection.LongOnly)
                broker.Enter(-1, trail: k * range[i]);
        }
    );

    private static (int, Action<int>) Schedule(int every, int most, SlowBroker broker, TradeDirection direction) => (0, i =>
    {
        if (i % every == 0 && broker.Open.Count < most)
            broker.Enter(direction == TradeDirection.LongOnly ? 1 : -1);
    }
    );

    private static (int, Action<int>) Grid(decimal[] close, decimal step, int most, SlowBroker broker, TradeDirection direction)
    {
        bool isLong = direction == TradeDirection.LongOnly;
        return (0, i =>
        {
            bool isAway = broker.Open.Count == 0
                || (isLong ? close[i] <= broker.Open[^1].Entry * (1 - step) : close[i] >= broker.Open[^1].Entry * (1 + step));
            broker.HangsOnTie |= broker.Open.Count > 0 && Math.Abs(close[i] / broker.Open[^1].Entry - (isLong ? 1 - step : 1 + step)) < 1e-9m;
            if (isAway && broker.Open.Count < most)
                broker.Enter(isLong ? 1 : -1, takeProfit: close[i] * (isLong ? 1 + step : 1 - step));
        }
        );
    }
}
