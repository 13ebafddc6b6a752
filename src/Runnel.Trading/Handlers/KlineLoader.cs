using System.Globalization;
using Runnel.MarketData;

namespace Runnel.Trading;

/// <summary>Loads the klines of a request; what is missing is an error of the request's field, with what there is and what to do.</summary>
internal sealed class KlineLoader(IKlineSource klines, TradingOptions options)
{
    /// <exception cref="PayloadException">No source has any bar of it.</exception>
    /// <exception cref="NonRetryableException">They are there and cannot be read, now or later.</exception>
    public async Task<KlineData> LoadAsync(KlineRequest request, CancellationToken cancellationToken)
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
}
