namespace Runnel.Backtesting.Tests;

/// <summary>Seeded random runs: a market, a strategy with parameters, and settings that go with them.</summary>
internal sealed record RandomCase(Klines Klines, Strategy Strategy, BacktestSettings Settings)
{
    public static RandomCase Create(int seed)
    {
        Random random = new(seed);
        StrategyInfo info = Backtesting.Strategies.All[random.Next(Backtesting.Strategies.All.Count)];
        Klines klines = RandomMarket.Create(random.Next(50, 600), seed);
        double leverage = random.Next(3) switch { 0 => 1, 1 => 3, _ => random.Next(2, 20) };
        BacktestSettings settings = new()
        {
            Cash = random.Next(2, 20) * 1000,
            Lot = Pick(random, 0.001, 0.01, 0.1, 1),
            Commission = Pick(random, 0, 0.00055, 0.002),
            Spread = Pick(random, 0, 0, 0.0002),
            Slippage = Pick(random, 0, 0, 0.0001),
            Leverage = leverage,
            TradeOnClose = random.Next(2) == 0,
            Exclusive = info.Name is not ("dca_rsi" or "dca" or "grid") && random.Next(2) == 0,
            Direction = info.Directions[random.Next(info.Directions.Count)],
            Size = random.Next(2) == 0 ? OrderSize.Fraction(Pick(random, 0.3, 0.95, 1)) : OrderSize.Units(Pick(random, 0.5, 3, 11)),
            MaintenanceMargin = random.Next(3) == 0 ? 0.005 : null,
            Funding = random.Next(3) == 0 ? Funding(random, klines) : null,
        };
        return new RandomCase(klines, Backtesting.Strategies.Create(info.Name, Parameters(info.Name, random)), settings);
    }

    private static Dictionary<string, double> Parameters(string name, Random random)
    {
        int fast = random.Next(1, 12), slow = fast + random.Next(1, 25);
        return name switch
        {
            "sma_cross" or "ema_cross" => new() { ["fast"] = fast, ["slow"] = slow },
            "macd" => new() { ["fast"] = fast, ["slow"] = slow, ["signal"] = random.Next(1, 12) },
            "rsi_mr" => new()
            {
                ["n"] = random.Next(2, 15),
                ["lo"] = Pick(random, 30, 40),
                ["hi"] = Pick(random, 60, 70),
                ["exit_level"] = Pick(random, 50, 55),
                ["slp"] = Pick(random, 0, 0.01, 0.03, 0.2),
                ["tpp"] = Pick(random, 0, 0.01, 0.04),
            },
            "dca_rsi" => new() { ["n"] = random.Next(2, 15), ["lo"] = Pick(random, 30, 45), ["hi"] = Pick(random, 55, 65), ["max_open"] = random.Next(1, 6) },
            "bollinger" or "bollinger_breakout" => new() { ["n"] = random.Next(2, 25), ["k"] = Pick(random, 0.5, 1.3, 2) },
            "donchian" or "donchian_stop" => new() { ["n"] = random.Next(1, 25), ["m"] = random.Next(1, 15) },
            "supertrend" => new() { ["n"] = random.Next(1, 15), ["k"] = Pick(random, 0.7, 1.5, 3) },
            "stochastic" => new() { ["n"] = random.Next(2, 20), ["smooth"] = random.Next(1, 4), ["signal"] = random.Next(2, 5), ["lo"] = 40, ["hi"] = 61 },
            "atr_trailing" => new() { ["n"] = random.Next(1, 30), ["atr"] = random.Next(1, 20), ["k"] = Pick(random, 0.5, 1.5, 3) },
            "dca" => new() { ["every"] = random.Next(1, 50), ["max_open"] = random.Next(1, 8) },
            "grid" => new() { ["step"] = Pick(random, 0.0051, 0.0203), ["max_open"] = random.Next(1, 8) },
            _ => [],
        };
    }

    private static FundingRates Funding(Random random, Klines klines)
    {
        List<long> times = [];
        for (long time = klines.OpenTimes[0] - 8 * Bars.Hour; time <= klines.OpenTimes[^1] + Bars.Hour; time += 8 * Bars.Hour)
            times.Add(time + (random.Next(4) == 0 ? 600_000 : 0)); // some between two bars
        return new FundingRates([.. times], [.. times.Select(_ => Math.Round((random.NextDouble() - 0.5) * 0.002, 6))]);
    }

    private static double Pick(Random random, params double[] values) => values[random.Next(values.Length)];
}
