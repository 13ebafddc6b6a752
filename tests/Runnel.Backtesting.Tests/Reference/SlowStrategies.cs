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
    });

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
        });
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
        });
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
        });
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
        });

    private static (int, Action<int>) StopBreakout(decimal[] close, decimal[] high, decimal[] low, int n, int m, SlowBroker broker, TradeDirection direction)
    {
        bool isLong = direction == TradeDirection.LongOnly;
        return (1 + Math.Max(n - 1, m), i =>
        {
            if (broker.Side == 0)
                broker.EnterAtStop(isLong ? 1 : -1, isLong ? Max(high, i - n + 1, i + 1) : Min(low, i - n + 1, i + 1));
            else if (isLong ? close[i] < Min(low, i - m, i) : close[i] > Max(high, i - m, i))
                broker.CloseAll();
        });
    }
}
