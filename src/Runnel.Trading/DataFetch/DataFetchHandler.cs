using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Runnel.MarketData;

namespace Runnel.Trading;

/// <summary>Runs tasks of type <c>data_fetch</c>: brings klines from the exchange into the store. Registered by
/// <see cref="TradingBuilderExtensions.AddBacktesting"/>.</summary>
public sealed partial class DataFetchHandler : ITaskHandler<JsonElement, DataFetchReply>
{
    private static readonly TimeSpan WaitForOther = TimeSpan.FromSeconds(2);
    private readonly KlineFetcher fetcher;
    private readonly ILogger logger;

    internal DataFetchHandler(KlineFetcher fetcher, ILogger<DataFetchHandler> logger) => (this.fetcher, this.logger) = (fetcher, logger);

    /// <summary>Runs one attempt. It goes on where an earlier one ended; while another task fetches the same series it steps aside, and then finds
    /// there what that one fetched.</summary>
    /// <param name="payload">As docs/market-data.md says.</param>
    /// <param name="context">The task, told how far the fetch is.</param>
    /// <param name="cancellationToken">Ends the fetch between two parts; what was stored stays.</param>
    /// <exception cref="PayloadException">The payload is wrong, or the exchange does not know the symbol.</exception>
    public async Task<DataFetchReply> HandleAsync(JsonElement payload, TaskContext context, CancellationToken cancellationToken)
    {
        (KlineRequest request, bool refresh, _) = DataFetchPayload.Read(payload);
        try
        {
            KlineFetchResult result = await fetcher.FetchAsync(
                request, refresh,
                p => context.ReportProgressAsync(p.Fraction, string.Create(CultureInfo.InvariantCulture, $"{request.Symbol} {request.Interval} up to {p.At:yyyy-MM-dd HH:mm} UTC, {p.RowsFetched} rows"), cancellationToken),
                cancellationToken);
            LogFetched(request, result.RowsFetched, result.RowsStored, result.Gaps.Count);
            return DataFetchReply.Of(request, result);
        }
        catch (FetchInProgressException)
        {
            throw new TaskSnoozedException(WaitForOther);
        }
        catch (BybitException e) when (e.Code is 10001 or 10029)
        {
            throw new PayloadException("symbol", $"symbol is '{request.Symbol}'. {e.Message}", e);
        }
        catch (MarketDataException e) when (!e.IsTransient)
        {
            throw new NonRetryableException(e.Message, e);
        }
    }

    [LoggerMessage(6020, LogLevel.Debug, "Fetched {Request}: {Fetched} rows, {Stored} of them stored, {Gaps} gaps.")]
    private partial void LogFetched(KlineRequest request, long fetched, long stored, int gaps);
}
