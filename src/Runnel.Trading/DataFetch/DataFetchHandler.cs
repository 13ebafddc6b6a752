using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Runnel.MarketData;

namespace Runnel.Trading;

/// <summary>Runs tasks of type <c>data_fetch</c>: brings klines and funding from the exchange into the store. Registered by
/// <see cref="TradingBuilderExtensions.AddBacktesting"/>.</summary>
public sealed partial class DataFetchHandler : ITaskHandler<JsonElement, DataFetchReply>
{
    private static readonly TimeSpan WaitForOther = TimeSpan.FromSeconds(2);
    private readonly KlineFetcher klines;
    private readonly FundingFetcher funding;
    private readonly InstrumentStore instruments;
    private readonly BybitClient bybit;
    private readonly ILogger logger;

    internal DataFetchHandler(KlineFetcher klines, FundingFetcher funding, InstrumentStore instruments, BybitClient bybit, ILogger<DataFetchHandler> logger) =>
        (this.klines, this.funding, this.instruments, this.bybit, this.logger) = (klines, funding, instruments, bybit, logger);

    /// <summary>Runs one attempt. It goes on where an earlier one ended; while another task fetches the same series it steps aside, and then finds
    /// there what that one fetched.</summary>
    /// <param name="payload">As docs/market-data.md says.</param>
    /// <param name="context">The task, told how far the fetch is.</param>
    /// <param name="cancellationToken">Ends the fetch between two parts; what was stored stays.</param>
    /// <exception cref="PayloadException">The payload is wrong, or the exchange does not know the symbol.</exception>
    public async Task<DataFetchReply> HandleAsync(JsonElement payload, TaskContext context, CancellationToken cancellationToken)
    {
        DataFetchOrder order = DataFetchOrder.Of(payload);
        try
        {
            DataFetchReply reply = order.Kind == DataFetchKind.Instrument ? await FetchInstrumentAsync(order, cancellationToken)
                : order.Klines is { } bars ? DataFetchReply.Of(bars, await klines.FetchAsync(bars, order.Refresh, TellAsync, cancellationToken))
                : DataFetchReply.Of(order.Funding!, await funding.FetchAsync(order.Funding!, order.Refresh, TellAsync, cancellationToken));
            LogFetched(order, reply.RowsFetched, reply.RowsStored, reply.GapsFound);
            return reply;
        }
        catch (FetchInProgressException)
        {
            throw new TaskSnoozedException(WaitForOther);
        }
        catch (BybitException e) when (e.Code is 10001 or 10029)
        {
            throw new PayloadException("symbol", $"symbol is '{order.Symbol}'. {e.Message}", e);
        }
        catch (InstrumentNotFoundException e)
        {
            throw new PayloadException("symbol", $"symbol is '{order.Symbol}'. {e.Message}", e);
        }
        catch (MarketDataException e) when (!e.IsTransient)
        {
            throw new NonRetryableException(e.Message, e);
        }

        Task TellAsync(KlineFetchProgress progress)
        {
            string what = order.Klines is { } bars ? KlineSeries.Of(bars).ToString() : order.Funding!.Series.ToString();
            return context.ReportProgressAsync(
                progress.Fraction, string.Create(CultureInfo.InvariantCulture, $"{what} up to {progress.At:yyyy-MM-dd HH:mm} UTC, {progress.RowsFetched} rows"), cancellationToken);
        }
    }

    private async Task<DataFetchReply> FetchInstrumentAsync(DataFetchOrder order, CancellationToken cancellationToken)
    {
        if (!order.Refresh && await instruments.FindAsync(order.Category, order.Symbol, cancellationToken) is { } stored)
            return DataFetchReply.Of(stored.Instrument, rows: 0);
        return DataFetchReply.Of((await instruments.FetchAsync(bybit, order.Category, order.Symbol, cancellationToken)).Instrument, rows: 1);
    }

    [LoggerMessage(6020, LogLevel.Debug, "Fetched {Order}: {Fetched} rows, {Stored} of them stored, {Gaps} gaps.")]
    private partial void LogFetched(DataFetchOrder order, long fetched, long stored, int gaps);
}
