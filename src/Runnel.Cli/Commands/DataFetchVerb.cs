using System.CommandLine;
using System.Text.Json;
using Runnel.Cli.CommandLine;
using Runnel.Cli.Output;
using Runnel.MarketData;
using Runnel.Trading;

namespace Runnel.Cli.Commands;

/// <summary><c>runnel data fetch</c>: from the exchange into the store, here or as a task.</summary>
internal static class DataFetchVerb
{
    public static Command Create(CommonOptions common)
    {
        Option<bool> refresh = new("--refresh") { Description = "Fetch also what is stored, and replace it." };
        Option<bool> queue = new("--queue") { Description = "Submit it as a data_fetch task and print its id, instead of fetching here." };
        Option<bool> json = CommonOptions.Json();
        Command command = new("fetch", "Fetch what is missing of a range from Bybit. Safe to stop and start again.") { refresh, queue, json };
        DataFlags flags = new DataFlags().AddSeriesTo(command).AddRangeTo(command);
        flags.From.Required = true;
        flags.To.Description += " Default: now.";
        command.SetAction(parsed =>
        {
            DateTimeOffset from = parsed.GetValue(flags.From)!.Value, to = parsed.GetValue(flags.To) ?? new DateTimeOffset(2200, 1, 1, 0, 0, 0, TimeSpan.Zero);
            bool again = parsed.GetValue(refresh);
            if (flags.IsFunding(parsed))
            {
                FundingRequest payments = new(flags.Funding(parsed), from, to);
                return RunAsync(DataFetchPayload.Of(payments, again), payments.Series.ToString(), async (session, bybit, token) => DataFetchReply.Of(
                    payments, await new FundingFetcher(bybit, session.Funding).FetchAsync(payments, again, ShowAsync, token)));
            }

            KlineSeries series = flags.Series(parsed);
            KlineRequest request = new() { Symbol = series.Symbol, Interval = series.Interval, Category = series.Category, Price = series.Price, From = from, To = to };
            return RunAsync(DataFetchPayload.Of(request, again), series.ToString(), async (session, bybit, token) => DataFetchReply.Of(
                request, await new KlineFetcher(bybit, session.Store).FetchAsync(request, again, ShowAsync, token)));

            Task<int> RunAsync(DataFetchPayload payload, string name, Func<DataSession, BybitClient, CancellationToken, Task<DataFetchReply>> fetch) => parsed.GetValue(queue)
                ? QueueSession.UseAsync(parsed, common, (session, token) => SubmitAsync(session, parsed.GetValue(flags.To) is null ? payload with { EndDate = null } : payload, token))
                : DataSession.UseAsync(parsed, common, (session, token) => FetchAsync(session, name, fetch, parsed.GetValue(json), token));
        });
        return command;
    }

    private static async Task<int> SubmitAsync(QueueSession session, DataFetchPayload payload, CancellationToken cancellationToken)
    {
        Console.Out.WriteLine(await session.Client.SubmitAsync(DataFetchPayload.TaskType, payload, payload.SubmitOptions(), cancellationToken));
        return ExitCodes.Success;
    }

    private static Task ShowAsync(KlineFetchProgress progress)
    {
        Console.Error.WriteLine($"  {Words.Of(progress.Fraction),4}  up to {Words.Of(progress.At)}, {progress.RowsFetched} rows");
        return Task.CompletedTask;
    }

    private static async Task<int> FetchAsync(
        DataSession session, string name, Func<DataSession, BybitClient, CancellationToken, Task<DataFetchReply>> fetch, bool json, CancellationToken cancellationToken)
    {
        using BybitClient bybit = new(session.Options.Bybit);
        DataFetchReply reply = await fetch(session, bybit, cancellationToken);
        if (json)
        {
            JsonViews.Print(JsonSerializer.SerializeToNode(reply)!);
            return ExitCodes.Success;
        }

        bool isFunding = reply.Interval is null;
        TextOutput.Fields(
        [
            ("series", name),
            ("rows fetched", $"{reply.RowsFetched}"),
            ("rows stored", $"{reply.RowsStored}"),
            (isFunding ? "payments" : "bars", $"{reply.Bars}"),
            (isFunding ? "first" : "first bar", reply.FirstBar is { } first ? Words.Of(first) : null),
            (isFunding ? "last" : "last bar", reply.LastBar is { } last ? Words.Of(last) : null),
            .. isFunding ? [] : new[] { ("gaps found", (string?)$"{reply.GapsFound}{(reply.GapsFound == 0 ? "" : $" ({reply.BarsMissing} bars that the exchange does not have)")}") },
            ("gaps filled", $"{reply.GapsFilled}"),
            ("store", session.Store.Folder),
        ]);
        if (reply.Bars == 0)
            Console.Error.WriteLine($"The exchange has no {(isFunding ? "payment" : "closed bar")} in that range; check the dates against the day the symbol was listed.");
        return ExitCodes.Success;
    }
}
