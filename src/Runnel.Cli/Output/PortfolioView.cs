using System.Globalization;
using Runnel.Backtesting;
using Runnel.Cli.Demo;
using Runnel.Reports;
using Runnel.Trading;

namespace Runnel.Cli.Output;

/// <summary>A portfolio for people.</summary>
internal static class PortfolioView
{
    private const int SparklineWidth = 60;
    private const int MostNamed = 5; // symbols in a title

    public static PortfolioReport Report(CompletedPortfolio completed) => new()
    {
        Title = $"{completed.Reply.Strategy.Name} on {string.Join(", ", completed.Reply.Symbols.Take(MostNamed).Select(s => s.Symbol))}{(completed.Reply.Symbols.Count > MostNamed ? " and others" : "")}",
        Strategy = Words(completed.Reply.Strategy),
        Interval = completed.Reply.Interval,
        IsSynthetic = completed.Data.Any(d => d.IsSynthetic),
        Warnings = completed.Reply.Warnings,
        Sources = completed.Data.ToDictionary(d => d.Klines.Symbol, d => d.Source, StringComparer.Ordinal),
        Settings = completed.Settings,
        Result = completed.Result,
    };

    public static void Print(PortfolioReply reply)
    {
        TextOutput.Fields(
        [
            ("strategy", Words(reply.Strategy)),
            ("symbols", string.Create(CultureInfo.InvariantCulture, $"{reply.Symbols.Count} of {reply.Interval} bars, {reply.Steps:N0} steps")),
            ("equity", $"{Sparkline.Of(reply.Equity, SparklineWidth)}  {Cash(reply.Equity[0])} to {Cash(reply.Equity[^1])}"),
        ]);
        Console.Out.WriteLine();
        TextOutput.Table(["symbol", "share", "profit", "trades", "open", "bars", "first bar", "last bar", "klines"],
        [
            .. reply.Symbols.Select(s => new[]
            {
                s.Symbol, Number(s.Share), Cash(s.Profit), $"{s.TradeCount}", $"{s.OpenTradeCount}", s.Data.Bars.ToString("N0", CultureInfo.InvariantCulture),
                Time(s.Data.FirstBar), Time(s.Data.LastBar), s.Data.Source + (s.Data.Synthetic ? " (invented)" : ""),
            }),
        ]);
        DetailedStatistics none = new();
        foreach (IGrouping<string, Statistic> group in StatisticCatalogue.Plain.GroupBy(s => s.Group))
        {
            Console.Out.WriteLine();
            TextOutput.Table([group.Key.ToLowerInvariant(), ""], [.. group.Select(s => new[] { s.Label, s.Format(s.Of(reply.Statistics, none)) })]);
        }

        if (reply.Symbols.Any(s => s.Trades is not null))
            PrintTrades(reply);
        foreach (string warning in reply.Warnings)
            Console.Out.WriteLine($"note: {warning}");
    }

    private static void PrintTrades(PortfolioReply reply)
    {
        Console.Out.WriteLine();
        TextOutput.Table(["symbol", "side", "entry", "exit", "size", "entry price", "exit price", "reason", "fees", "profit", "profit %"],
        [
            .. reply.Symbols.SelectMany(s => (s.Trades ?? []).Select(t => (s.Symbol, Trade: t))).OrderBy(t => t.Trade.ExitTime).Select(t => new[]
            {
                t.Symbol, t.Trade.Side.ToString().ToLowerInvariant(), Time(t.Trade.EntryTime), Time(t.Trade.ExitTime), Number(t.Trade.Size), Number(t.Trade.EntryPrice),
                Number(t.Trade.ExitPrice), t.Trade.Reason.ToString(), Cash(t.Trade.Fees), Cash(t.Trade.Pnl), Cash(t.Trade.PnlPercent),
            }),
        ]);
        Console.Out.WriteLine();
    }

    private static string Words(StrategyConfig strategy) =>
        $"{strategy.Name}({string.Join(", ", strategy.Params.Select(p => string.Create(CultureInfo.InvariantCulture, $"{p.Key} {p.Value}")))})";

    private static string Time(long time) => Time(DateTimeOffset.FromUnixTimeMilliseconds(time));

    private static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);

    private static string Cash(double value) => value.ToString("N2", CultureInfo.InvariantCulture);

    private static string Number(double value) => value.ToString("0.########", CultureInfo.InvariantCulture);
}
