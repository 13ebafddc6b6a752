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
            KlineSeries series = flags.Series(parsed);
            KlineRequest request = new()
            {
                Symbol = series.Symbol,
                Interval = series.Interval,
                Category = series.Category,
                From = parsed.GetValue(flags.From)!.Value,
                To = parsed.GetValue(flags.To) ?? new DateTimeOffset(2200, 1, 1, 0, 0, 0, TimeSpan.Zero),
            };
            return parsed.GetValue(queue)
                ? QueueSession.UseAsync(parsed, common, (session, token) => SubmitAsync(session, request, parsed.GetValue(flags.To) is null, parsed.GetValue(refresh), token))
                : DataSession.UseAsync(parsed, common, (session, token) => FetchAsync(session, request, parsed.GetValue(refresh), parsed.GetValue(json), token));
        });
        return command;
    }

    private static async Task<int> SubmitAsync(QueueSession session, KlineRequest request, bool open, bool refresh, CancellationToken cancellationToken)
    {
        DataFetchPayload payload = DataFetchPayload.Of(request, refresh);
        payload = open ? payload with { EndDate = null } : payload;
        Console.Out.WriteLine(await session.Client.SubmitAsync(DataFetchPayload.TaskType, payload, payload.SubmitOptions(), cancellationToken));
        return ExitCodes.Success;
    }

    private static async Task<int> FetchAsync(DataSession session, KlineRequest request, bool refresh, bool json, CancellationToken cancellationToken)
    {
        using BybitClient bybit = new(session.Options.Bybit);
        KlineFetchResult result = await new KlineFetcher(bybit, session.Store).FetchAsync(request, refresh, Show, cancellationToken);
        DataFetchReply reply = DataFetchReply.Of(request, result);
        if (json)
        {
            JsonViews.Print(JsonSerializer.SerializeToNode(reply)!);
            return ExitCodes.Success;
        }

        TextOutput.Fields(
        [
            ("series", KlineSeries.Of(request).ToString()),
            ("rows fetched", $"{reply.RowsFetched}"),
            ("rows stored", $"{reply.RowsStored}"),
            ("bars", $"{reply.Bars}"),
            ("first bar", reply.FirstBar is { } first ? Words.Of(first) : null),
            ("last bar", reply.LastBar is { } last ? Words.Of(last) : null),
            ("gaps found", $"{reply.GapsFound}" + (reply.GapsFound == 0 ? "" : $" ({reply.BarsMissing} bars that the exchange does not have)")),
            ("gaps filled", $"{reply.GapsFilled}"),
            ("store", session.Store.Folder),
        ]);
        if (reply.Bars == 0)
            Console.Error.WriteLine("The exchange has no closed bar in that range; check the dates against the day the symbol was listed.");
        return ExitCodes.Success;

        static Task Show(KlineFetchProgress progress)
        {
            Console.Error.WriteLine($"  {Words.Of(progress.Fraction),4}  up to {Words.Of(progress.At)}, {progress.RowsFetched} rows");
            return Task.CompletedTask;
        }
    }
}
