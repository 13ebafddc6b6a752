using System.Globalization;
using Runnel.Backtesting;
using Runnel.MarketData;

namespace Runnel.Trading;

/// <summary>Loads the klines of a request; what is missing is an error of the request's field, with what there is and what to do.</summary>
internal sealed class KlineLoader(IKlineSource klines, TradingOptions options, TimeProvider time)
{
    /// <summary>The klines of a plan, and the plan with the shorter ones that it asks for.</summary>
    /// <exception cref="PayloadException">No source has any bar of it, or none that has closed.</exception>
    /// <exception cref="NonRetryableException">They are there and cannot be read, now or later.</exception>
    public async Task<(BacktestPlan Plan, KlineData Data)> LoadAsync(BacktestPlan plan, CancellationToken cancellationToken)
    {
        KlineData data = ClosedOnly(await LoadAsync(plan.Request, cancellationToken), plan.Request);
        if (plan.FinerRequest is null)
            return (plan, data);
        KlineData finer = await LoadAsync(plan.FinerRequest, cancellationToken);
        return (plan with { Settings = plan.Settings with { FinerKlines = finer.Klines } }, data);
    }

    private async Task<KlineData> LoadAsync(KlineRequest request, CancellationToken cancellationToken)
    {
        try
        {
            return await klines.LoadAsync(request, cancellationToken);
        }
        catch (KlinesNotFoundException e)
        {
            (string field, string value) = e.Missing switch
            {
                KlinesMissing.Interval => ("interval", request.Interval.Name),
                KlinesMissing.Range => ("start_date", request.From.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture)),
                _ => ("symbol", request.Symbol),
            };
            throw new PayloadException(field, $"{field} is '{value}'. {e.Message} {KlineSources.Remedy(options, request)}", e);
        }
        catch (MarketDataException e) when (!e.IsTransient)
        {
            throw new NonRetryableException(e.Message, e);
        }
    }

    // The last bar of a file that is being written may still change: a result on it could not be had again.
    private KlineData ClosedOnly(KlineData data, KlineRequest request)
    {
        Klines bars = data.Klines;
        long now = time.GetUtcNow().ToUnixTimeMilliseconds();
        if (request.Interval.Add(request.Interval.Floor(bars.OpenTimes[^1]), 1) <= now)
            return data;
        int closed = bars.Count;
        while (closed > 0 && request.Interval.Add(request.Interval.Floor(bars.OpenTimes[closed - 1]), 1) > now)
            closed--;
        return closed > 0 ? data with { Klines = bars.Slice(0, closed) } : throw new PayloadException("end_date",
            $"end_date is '{request.To:yyyy-MM-dd HH:mm}', and none of the bars before it has closed yet. Give an earlier range.");
    }
}
