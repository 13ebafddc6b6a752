using System.Globalization;
using System.Net;
using System.Text;
using Runnel.Backtesting;

namespace Runnel.Reports;

/// <summary>The body of a portfolio's report. All of it can be read, searched and printed without a script.</summary>
internal static class PortfolioBody
{
    private const int MostPoints = 2_000; // of a line
    private const int MostTrades = 2_000;

    private static readonly string[] Headline =
    [
        nameof(BacktestStatistics.FinalEquity), nameof(BacktestStatistics.TotalReturnPercent), nameof(BacktestStatistics.BuyHoldReturnPercent), nameof(BacktestStatistics.MaxDrawdownPercent),
        nameof(BacktestStatistics.Sharpe), nameof(BacktestStatistics.Sortino), nameof(BacktestStatistics.Trades), nameof(BacktestStatistics.WinRatePercent), nameof(BacktestStatistics.ProfitFactor),
    ];

    public static string Of(PortfolioReport report)
    {
        PortfolioResult result = report.Result;
        DetailedStatistics none = new(); // they need the bars of one symbol
        string range = string.Create(CultureInfo.InvariantCulture, $"{result.Times.Count:N0} steps from {Time(result.Times[0])} to {Time(result.Times[^1])} UTC");
        StringBuilder html = new();
        html.Append($"""
            <header><div><h1>{Text(report.Title)}</h1><p class="quiet">{Text(report.Strategy)} on {result.Members.Count} symbols, {Text(report.Interval)}, {range}.</p></div>
            <button id="theme" type="button">light / dark</button></header><main>
            """);
        ReportBody.AddNotes(html, report.IsSynthetic, report.Warnings);
        AddHeadline(html, result.Statistics);
        AddPlots(html, result, report.Settings.Cash);
        AddSymbols(html, report);
        ReportBody.AddMonths(html, result.MonthlyReturns);
        AddTrades(html, report);
        ReportBody.AddStatistics(html, StatisticCatalogue.Plain, s => s.Of(result.Statistics, none), report.Settings.AnnualizationDays);
        ReportBody.AddSettings(html, report.Settings);
        html.Append("</main><footer><p>Past results of a rule say little about future ones.</p></footer>");
        return html.ToString();
    }

    private static void AddHeadline(StringBuilder html, BacktestStatistics statistics)
    {
        DetailedStatistics none = new();
        html.Append("<section><h2>Summary</h2><dl class=\"figures\">");
        foreach (Statistic statistic in Headline.Select(name => StatisticCatalogue.Plain.First(s => s.Name == name)))
            html.Append($"<div><dt>{Text(statistic.Label)}</dt><dd>{Text(statistic.Format(statistic.Of(statistics, none)))}</dd></div>");
        html.Append("</dl></section>");
    }

    private static void AddPlots(StringBuilder html, PortfolioResult result, double cash)
    {
        (DateTimeOffset, DateTimeOffset) range = (DateTimeOffset.FromUnixTimeMilliseconds(result.Times[0]), DateTimeOffset.FromUnixTimeMilliseconds(result.Times[^1]));
        double[] depths = [.. ReportTable.Drawdowns(result.Equity).Select(d => -d)];
        AddPlot(html, "Equity", LinePlot.Draw("equity", "Equity of the whole", LinePlot.Thinned(result.Equity, MostPoints), range, cash));
        AddPlot(html, "Drawdown in percent", LinePlot.Draw("drawdown", "Drawdown of the whole", LinePlot.Thinned(depths, MostPoints), range, 0));
        AddPlot(html, "What each symbol added, in cash", ProfitPlot.Draw([.. result.Members.Select(m => (m.Symbol, m.Profit))]));
    }

    private static void AddSymbols(StringBuilder html, PortfolioReport report) => OptimizationBody.AddTable(html, new OptimizationTable(
        "Symbols",
        ["symbol", "share", "profit", "closed trades", "won %", "open", "fees", "funding", "klines"],
        [
            .. report.Result.Members.Select(m => (IReadOnlyList<string>)
            [
                m.Symbol, Number(m.Share), Cash(m.Profit), $"{m.Trades.Count}", m.Trades.Count == 0 ? "–" : Cash(100.0 * m.Trades.Count(t => t.Pnl > 0) / m.Trades.Count), $"{m.OpenTrades.Count}",
                Cash(m.Trades.Sum(t => t.Fees)), Cash(m.FundingPayments.Sum(p => p.Paid)), report.Sources.GetValueOrDefault(m.Symbol) ?? "",
            ]),
        ]));

    private static void AddTrades(StringBuilder html, PortfolioReport report)
    {
        int count = report.Result.Members.Sum(m => m.Trades.Count);
        string shown = count <= MostTrades ? "" : string.Create(CultureInfo.InvariantCulture, $": the last {MostTrades:N0} of {count:N0}; export them as CSV or Parquet for all");
        OptimizationBody.AddTable(html, new OptimizationTable(
            "Closed trades" + shown,
            ["symbol", "side", "entry (UTC)", "exit (UTC)", "size", "entry price", "exit price", "reason", "fees", "profit", "profit %"],
            [
                .. report.Trades.Skip(count - MostTrades).Select(t => (IReadOnlyList<string>)
                [
                    t.Symbol, ReportTable.Word(t.Trade.Side), Time(t.Trade.EntryTime), Time(t.Trade.ExitTime), Number(t.Trade.Size), Number(t.Trade.EntryPrice), Number(t.Trade.ExitPrice),
                    ReportTable.Word(t.Trade.Reason), Cash(t.Trade.Fees), Cash(t.Trade.Pnl), Cash(t.Trade.PnlPercent),
                ]),
            ]));
    }

    private static void AddPlot(StringBuilder html, string title, string svg) => html.Append($"<section><h2>{Text(title)}</h2>{svg}</section>");

    private static string Time(long time) => DateTimeOffset.FromUnixTimeMilliseconds(time).UtcDateTime.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);

    private static string Cash(double value) => value.ToString("N2", CultureInfo.InvariantCulture);

    private static string Number(double value) => value.ToString("0.########", CultureInfo.InvariantCulture);

    private static string Text(string value) => WebUtility.HtmlEncode(value);
}
