using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using Runnel.Backtesting;

namespace Runnel.Reports;

/// <summary>The parts of a report that need no script: they are read, searched and printed without it.</summary>
internal static class ReportBody
{
    private static readonly string[] Headline =
    [
        nameof(BacktestStatistics.FinalEquity), nameof(BacktestStatistics.TotalReturnPercent), nameof(BacktestStatistics.BuyHoldReturnPercent),
        nameof(BacktestStatistics.MaxDrawdownPercent), nameof(BacktestStatistics.Sharpe), nameof(BacktestStatistics.Sortino),
        nameof(BacktestStatistics.Trades), nameof(BacktestStatistics.WinRatePercent), nameof(BacktestStatistics.ProfitFactor),
    ];

    private static readonly (string Name, int? Column)[] TradeColumns =
    [
        ("#", null), ("side", 2), ("entry (UTC)", 0), ("exit (UTC)", 1), ("size", 3), ("entry price", 4), ("exit price", 5), ("reason", 6), ("fees", 7),
        ("profit", 8), ("profit %", 9), ("MAE %", 10), ("MFE %", 11),
    ];

    public static string Of(BacktestReport report)
    {
        StringBuilder html = new();
        AddHeader(html, report);
        html.Append("<main>");
        AddNotes(html, report.IsSynthetic, report.Warnings);
        AddHeadline(html, report);
        AddChart(html, report);
        AddMonths(html, report.Result.MonthlyReturns);
        AddTrades(html, report);
        AddStatistics(html, StatisticCatalogue.All, s => s.Of(report.Result.Statistics, report.Detailed), report.Settings.AnnualizationDays);
        AddSettings(html, report.Settings);
        html.Append("</main>");
        AddFooter(html);
        return html.ToString();
    }

    private static void AddHeader(StringBuilder html, BacktestReport report)
    {
        Klines klines = report.Klines;
        string range = string.Create(CultureInfo.InvariantCulture, $"{klines.Count:N0} bars from {Day(klines.OpenTimes[0])} to {Day(klines.OpenTimes[^1])} UTC");
        html.Append($"""
            <header><div><h1>{Text(report.Title)}</h1><p class="quiet">{Text(report.Strategy)} on {Text(klines.Symbol)} {Text(report.Interval)}, {range}. Klines: {Text(report.Source)}.</p></div>
            <button id="theme" type="button">light / dark</button></header>
            """);
    }

    internal static void AddNotes(StringBuilder html, bool isSynthetic, IReadOnlyList<string> warnings)
    {
        if (!isSynthetic && warnings.Count == 0)
            return;
        html.Append("<div class=\"note\" role=\"note\">");
        if (isSynthetic)
            html.Append("<p><strong>INVENTED MARKET:</strong> these klines come from a random generator.</p>");
        foreach (string warning in warnings)
            html.Append($"<p>{Text(warning)}</p>");
        html.Append("</div>");
    }

    private static void AddHeadline(StringBuilder html, BacktestReport report)
    {
        html.Append("<section><h2>Summary</h2><dl class=\"figures\">");
        foreach (string name in Headline)
        {
            Statistic statistic = StatisticCatalogue.All.First(s => s.Name == name);
            double? value = statistic.Of(report.Result.Statistics, report.Detailed);
            string sign = name == nameof(BacktestStatistics.TotalReturnPercent) ? value < 0 ? " class=\"loss\"" : " class=\"gain\"" : "";
            html.Append($"<div><dt>{Text(statistic.Label)}</dt><dd{sign}>{Text(statistic.Format(value))}</dd></div>");
        }

        html.Append("</dl></section>");
    }

    private static void AddChart(StringBuilder html, BacktestReport report)
    {
        int merged = ReportData.BarsPerCandle(report.Klines);
        html.Append("""
            <section><div class="bar"><h2>Price, equity, drawdown</h2><p class="quiet"></p><button id="fit" type="button">whole range</button></div>
            <div id="chart" role="img" aria-label="Candles with entries and exits, equity and drawdown"></div>
            <p class="legend"><span>▲ long entry</span><span>▼ short entry</span><span>● exit, by its profit</span><span>zoom in (scroll, pinch) until 100 trades are in sight to see entries</span>
            """);
        if (merged > 1)
            html.Append($"<span>each candle stands for {merged} bars</span>");
        html.Append("</p><noscript><p>The chart and the trades need JavaScript.</p></noscript></section>");
    }

    internal static void AddMonths(StringBuilder html, IReadOnlyList<MonthlyReturn> months)
    {
        html.Append("<section><h2>Monthly returns in percent</h2><div class=\"scroll\"><table class=\"months\"><thead><tr><th>year</th>");
        for (int month = 1; month <= 12; month++)
            html.Append($"<th>{CultureInfo.InvariantCulture.DateTimeFormat.GetAbbreviatedMonthName(month)}</th>");
        html.Append("<th>all</th></tr></thead><tbody>");
        double strongest = Math.Max(1e-9, months.Max(m => Math.Abs(m.Percent)));
        foreach (IGrouping<int, MonthlyReturn> year in months.GroupBy(m => m.Year))
        {
            html.Append(CultureInfo.InvariantCulture, $"<tr><th>{year.Key}</th>");
            for (int month = 1; month <= 12; month++)
                AddMonth(html, year.Where(m => m.Month == month).Select(m => (double?)m.Percent).FirstOrDefault(), strongest);
            double all = (year.Aggregate(1.0, (product, m) => product * (1 + m.Percent / 100)) - 1) * 100;
            html.Append(CultureInfo.InvariantCulture, $"<th>{all:0.0}</th></tr>");
        }

        html.Append("</tbody></table></div></section>");
    }

    private static void AddMonth(StringBuilder html, double? percent, double strongest)
    {
        if (percent is not { } value)
            html.Append("<td></td>");
        else
            html.Append(CultureInfo.InvariantCulture, $"<td{(value < 0 ? " class=\"down\"" : "")} style=\"--strength: {Math.Abs(value) / strongest * 65:0}%\">{value:0.0}</td>");
    }

    private static void AddTrades(StringBuilder html, BacktestReport report)
    {
        int count = report.Result.Trades.Count, left = count - ReportData.MostTrades;
        html.Append("""
            <section><h2>Closed trades</h2><div class="bar"><p class="quiet"><span id="shown"></span></p>
            <label>show <select id="filter"><option value="all">all</option><option value="long">long</option><option value="short">short</option><option value="win">wins</option><option value="loss">losses</option></select></label>
            <button id="before" type="button">back</button><button id="after" type="button">next</button></div>
            <div class="scroll"><table class="trades"><thead><tr>
            """);
        foreach ((string name, int? column) in TradeColumns)
        {
            string kind = column is 2 or 0 or 1 or 6 ? "" : " class=\"number\"";
            html.Append(column is null ? $"<th{kind}>{name}</th>" : $"<th{kind}><button type=\"button\" data-column=\"{column}\">{name}</button></th>");
        }

        html.Append("</tr></thead><tbody></tbody></table></div><p class=\"quiet\">A click on a trade shows it in the chart. MAE and MFE: how far the price went against and for the trade, whole bars.");
        if (left > 0)
            html.Append(CultureInfo.InvariantCulture, $" The last {left:N0} of {count:N0} trades are left out here; export them as CSV or Parquet.");
        html.Append("</p></section>");
    }

    /// <summary>Every statistic with its definition, group by group.</summary>
    internal static void AddStatistics(StringBuilder html, IReadOnlyList<Statistic> statistics, Func<Statistic, double?> valueOf, double days)
    {
        html.Append(CultureInfo.InvariantCulture, $"<section><h2>Statistics</h2><p class=\"quiet\">A stands for {days:0.##} days a year. A dash: undefined, for instance no loss to divide by.</p>");
        foreach (IGrouping<string, Statistic> group in statistics.GroupBy(s => s.Group))
        {
            html.Append($"<h3>{Text(group.Key)}</h3><table class=\"statistics\"><tbody>");
            foreach (Statistic statistic in group)
                html.Append($"<tr><td>{Text(statistic.Label)}</td><td class=\"number\">{Text(statistic.Format(valueOf(statistic)))}</td><td>{Text(statistic.Definition)}</td></tr>");
            html.Append("</tbody></table>");
        }

        html.Append("</section>");
    }

    internal static void AddSettings(StringBuilder html, BacktestSettings settings)
    {
        html.Append("<section><h2>Account and broker</h2><table class=\"statistics\"><tbody>");
        foreach ((string name, string value) in ReportSettings.Of(settings))
            html.Append($"<tr><td>{Text(name)}</td><td class=\"number\">{Text(value)}</td><td></td></tr>");
        html.Append("</tbody></table></section>");
    }

    private static void AddFooter(StringBuilder html) => html.Append($"""
        <footer><p>Past results of a rule say little about future ones. Charts: TradingView Lightweight Charts™, copyright (c) 2026 TradingView, Inc.,
        <a href="https://www.tradingview.com/">tradingview.com</a>, Apache License 2.0.</p>
        <details><summary>Licence of the chart library</summary><pre>{Text(Assets.Text("lightweight-charts-LICENSE.txt"))}</pre></details></footer>
        """);

    private static string Day(long time) => DateTimeOffset.FromUnixTimeMilliseconds(time).UtcDateTime.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);

    private static string Text(string value) => WebUtility.HtmlEncode(value);
}
