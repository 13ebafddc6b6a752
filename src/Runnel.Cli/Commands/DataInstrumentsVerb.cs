using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using Runnel.Cli.CommandLine;
using Runnel.Cli.Output;
using Runnel.MarketData;
using Runnel.Trading;

namespace Runnel.Cli.Commands;

/// <summary><c>runnel data instruments</c>: steps and minima of orders, as the exchange sets them.</summary>
internal static class DataInstrumentsVerb
{
    public static Command Create(CommonOptions common)
    {
        Option<bool> refresh = new("--refresh") { Description = "Ask the exchange also for what is stored." };
        Option<bool> json = CommonOptions.Json();
        DataFlags flags = new();
        Command command = new("instruments", "Show tick, lot, minima and launch time of an instrument; fetched and stored if they are not yet.") { flags.Symbol, flags.Category, refresh, json };
        command.SetAction(parsed => DataSession.UseAsync(parsed, common, async (session, cancellationToken) =>
        {
            (KlineCategory category, string symbol) = (parsed.GetValue(flags.Category), parsed.GetRequiredValue(flags.Symbol));
            InstrumentStore store = new(session.Options.StorePath);
            StoredInstrument? stored = parsed.GetValue(refresh) ? null : await store.FindAsync(category, symbol, cancellationToken);
            if (stored is null)
            {
                using BybitClient bybit = new(session.Options.Bybit);
                stored = await store.FetchAsync(bybit, category, symbol, cancellationToken);
            }

            InstrumentReply reply = InstrumentReply.Of(stored.Instrument);
            if (parsed.GetValue(json))
            {
                JsonNode node = JsonSerializer.SerializeToNode(reply)!;
                (node["symbol"], node["category"], node["status"], node["fetched_at"]) = (stored.Instrument.Symbol, DataViews.Word(category), stored.Instrument.Status, Words.Iso(stored.FetchedAt));
                JsonViews.Print(node);
                return ExitCodes.Success;
            }

            TextOutput.Fields(
            [
                ("instrument", $"{stored.Instrument.Symbol} {DataViews.Word(category)}, {stored.Instrument.Status}"),
                ("tick", FormattableString.Invariant($"{reply.Tick}")),
                ("lot", FormattableString.Invariant($"{reply.Lot}")),
                ("least size", FormattableString.Invariant($"{reply.MinSize}")),
                ("least value", reply.MinNotional is { } least ? FormattableString.Invariant($"{least}") : null),
                ("launched", reply.LaunchTime is { } launch ? DataViews.Minute(launch) + " UTC" : null),
                ("as of", DataViews.Minute(stored.FetchedAt) + " UTC"),
            ]);
            return ExitCodes.Success;
        }));
        return command;
    }
}
