using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Runnel.Backtesting;
using Runnel.MarketData;

namespace Runnel.Trading;

internal static class BacktestReplies
{
    private const int MostSamples = 200;
    private const long LongestPauseMs = 24 * 3_600_000;

    public static JsonSerializerOptions Json { get; } = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    public static BacktestReply Of(BacktestPlan plan, KlineData data, BacktestResult result) => new()
    {
        BacktestId = plan.Payload.BacktestId,
        Status = "completed",
        Strategy = plan.Payload.StrategyConfig,
        Symbol = plan.Request.Symbol,
        Interval = plan.Request.Interval.Name,
        Data = DataOf(data),
        Statistics = result.Statistics,
        TradeCount = result.Trades.Count,
        OpenTradeCount = result.OpenTrades.Count,
        Equity = Samples(result.Equity),
        Warnings = Warnings(plan, data, result),
    };

    public static BacktestData DataOf(KlineData data) => new()
    {
        Source = data.Source,
        Synthetic = data.IsSynthetic,
        Bars = data.Klines.Count,
        FirstBar = DateTimeOffset.FromUnixTimeMilliseconds(data.Klines.OpenTimes[0]),
        LastBar = DateTimeOffset.FromUnixTimeMilliseconds(data.Klines.OpenTimes[^1]),
        MissingBars = data.MissingBars,
        FundingSource = data.Funding?.Source,
        FundingPayments = data.Funding?.Rates.Count,
        Instrument = data.Instrument is { } instrument ? InstrumentReply.Of(instrument) : null,
    };

    /// <summary>The top-level fields, other than the id, in which two requests differ.</summary>
    public static List<string> Differences(string left, string right)
    {
        JsonObject one = JsonNode.Parse(left)!.AsObject(), other = JsonNode.Parse(right)!.AsObject();
        return [.. one.Select(p => p.Key).Union(other.Select(p => p.Key)).Where(key => !JsonNode.DeepEquals(one[key], other[key]))];
    }

    /// <summary>Values at even distances, the first and the last among them; all of them if they are few.</summary>
    internal static double[] Samples(IReadOnlyList<double> values)
    {
        if (values.Count <= MostSamples)
            return [.. values];
        double[] samples = new double[MostSamples];
        for (int i = 0; i < MostSamples; i++)
            samples[i] = values[(int)((long)i * (values.Count - 1) / (MostSamples - 1))];
        return samples;
    }

    private static List<string> Warnings(BacktestPlan plan, KlineData data, BacktestResult result)
    {
        List<string> warnings = DataWarnings(plan.Request, data);
        warnings.AddRange(result.Warnings);
        if (result.FirstEvaluatedBar >= data.Klines.Count)
            warnings.Add(string.Create(CultureInfo.InvariantCulture, $"There are {data.Klines.Count} bars, too few for {plan.Strategy}, which first decides on bar {result.FirstEvaluatedBar}: it never traded."));
        return warnings;
    }

    /// <summary>Where klines were invented, cover less than was asked for, or have holes.</summary>
    public static List<string> DataWarnings(KlineRequest request, KlineData data)
    {
        List<string> warnings = [];
        KlineInterval interval = request.Interval;
        long first = data.Klines.OpenTimes[0], last = data.Klines.OpenTimes[^1];
        if (data.IsSynthetic)
            warnings.Add("The klines are invented: the figures say nothing about a real market.");
        if (interval.Floor(first) > interval.Ceiling(request.From.ToUnixTimeMilliseconds()))
            warnings.Add($"The range begins at {Moment(request.From.ToUnixTimeMilliseconds())}, the klines at {Moment(first)}.");
        if (interval.Add(interval.Floor(last), 1) < request.To.ToUnixTimeMilliseconds())
            warnings.Add($"The range ends at {Moment(request.To.ToUnixTimeMilliseconds())}, the klines at {Moment(last)}.");
        if (data.MissingBars > 0)
            warnings.Add(string.Create(CultureInfo.InvariantCulture, $"{data.MissingBars} bars are missing between the first and the last: outages, or hours when the market was closed. None was made up."));
        warnings.AddRange(FundingWarnings(data));
        return warnings;
    }

    /// <summary>Where there is no funding payment for longer than a day: the exchange's longest distance is 8 hours.</summary>
    private static IEnumerable<string> FundingWarnings(KlineData data)
    {
        if (data.Funding is not { } funding)
            yield break;
        (long first, long last) = (data.Klines.OpenTimes[0], data.Klines.OpenTimes[^1]);
        if (funding.Rates.Count == 0)
        {
            yield return $"There is no funding payment from {Moment(first)} to {Moment(last)}: none was charged.";
            yield break;
        }

        long[] moments = [first, .. funding.Rates.Times, last];
        for (int i = 1; i < moments.Length; i++)
        {
            if (moments[i] - moments[i - 1] > LongestPauseMs)
                yield return $"There is no funding payment between {Moment(moments[i - 1])} and {Moment(moments[i])}: none was charged.";
        }
    }

    private static string Moment(long time) => DateTimeOffset.FromUnixTimeMilliseconds(time).UtcDateTime.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture);
}
