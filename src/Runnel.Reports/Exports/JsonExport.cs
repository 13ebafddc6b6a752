using System.Text.Json;
using Runnel.Backtesting;

namespace Runnel.Reports;

/// <summary>Writes all of a backtest or a portfolio as one JSON document; docs/backtesting/reports.md shows it.</summary>
internal static class JsonExport
{
    public static void Write(Stream stream, BacktestReport report)
    {
        using Utf8JsonWriter json = Begin(stream, report.Title, report.Strategy);
        json.WriteString("symbol", report.Klines.Symbol);
        json.WriteString("interval", report.Interval);
        json.WriteString("source", report.Source);
        json.WriteBoolean("synthetic", report.IsSynthetic);
        WriteWarnings(json, report.Warnings);
        WriteStatistics(json, StatisticCatalogue.All, s => s.Of(report.Result.Statistics, report.Detailed));
        WriteMonths(json, report.Result.MonthlyReturns);
        WriteTable(json, "trades", ReportTable.Trades(report));
        WriteOpenTrades(json, report.Result.OpenTrades.Select(t => ((string?)null, t)));
        WriteTable(json, "equity", ReportTable.Equity(report));
        json.WriteEndObject();
    }

    public static void Write(Stream stream, PortfolioReport report)
    {
        DetailedStatistics none = new();
        using Utf8JsonWriter json = Begin(stream, report.Title, report.Strategy);
        json.WriteString("interval", report.Interval);
        json.WriteStartArray("symbols");
        foreach (PortfolioMemberResult member in report.Result.Members)
        {
            json.WriteStartObject();
            json.WriteString("symbol", member.Symbol);
            json.WriteNumber("share", member.Share);
            json.WriteNumber("profit", member.Profit);
            json.WriteString("source", report.Sources.GetValueOrDefault(member.Symbol));
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteBoolean("synthetic", report.IsSynthetic);
        WriteWarnings(json, report.Warnings);
        WriteStatistics(json, StatisticCatalogue.Plain, s => s.Of(report.Result.Statistics, none));
        WriteMonths(json, report.Result.MonthlyReturns);
        WriteTable(json, "trades", ReportTable.Trades(report));
        WriteOpenTrades(json, report.Result.Members.SelectMany(m => m.OpenTrades.Select(t => ((string?)m.Symbol, t))));
        WriteTable(json, "equity", ReportTable.Equity(report));
        json.WriteEndObject();
    }

    private static Utf8JsonWriter Begin(Stream stream, string title, string strategy)
    {
        Utf8JsonWriter json = new(stream, new JsonWriterOptions { Indented = true, NewLine = "\n" });
        json.WriteStartObject();
        json.WriteString("title", title);
        json.WriteString("strategy", strategy);
        return json;
    }

    private static void WriteWarnings(Utf8JsonWriter json, IReadOnlyList<string> warnings)
    {
        json.WriteStartArray("warnings");
        foreach (string warning in warnings)
            json.WriteStringValue(warning);
        json.WriteEndArray();
    }

    private static void WriteMonths(Utf8JsonWriter json, IReadOnlyList<MonthlyReturn> months)
    {
        json.WriteStartArray("monthly_returns");
        foreach (MonthlyReturn month in months)
        {
            json.WriteStartObject();
            json.WriteNumber("year", month.Year);
            json.WriteNumber("month", month.Month);
            json.WriteNumber("percent", month.Percent);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteStatistics(Utf8JsonWriter json, IReadOnlyList<Statistic> statistics, Func<Statistic, double?> valueOf)
    {
        json.WriteStartObject("statistics");
        foreach (IGrouping<string, Statistic> group in statistics.GroupBy(s => s.Group))
        {
            json.WriteStartObject(group.Key);
            foreach (Statistic statistic in group)
            {
                string name = JsonNamingPolicy.SnakeCaseLower.ConvertName(statistic.Name);
                if (valueOf(statistic) is { } value)
                    json.WriteNumber(name, value);
                else
                    json.WriteNull(name);
            }

            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    private static void WriteOpenTrades(Utf8JsonWriter json, IEnumerable<(string? Symbol, OpenTrade Trade)> trades)
    {
        json.WriteStartArray("open_trades");
        foreach ((string? symbol, OpenTrade trade) in trades)
        {
            json.WriteStartObject();
            if (symbol is not null)
                json.WriteString("symbol", symbol);
            json.WriteNumber("entry_time_ms", trade.EntryTime);
            json.WriteNumber("entry_bar", trade.EntryBar);
            json.WriteString("side", ReportTable.Word(trade.Side));
            json.WriteNumber("size", trade.Size);
            json.WriteNumber("entry_price", trade.EntryPrice);
            json.WriteNumber("unrealized_pnl", trade.UnrealizedPnl);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteTable(Utf8JsonWriter json, string name, ReportTable table)
    {
        json.WriteStartArray(name);
        for (int row = 0; row < table.Rows; row++)
        {
            json.WriteStartObject();
            foreach ((string column, Array values) in table.Columns)
            {
                json.WritePropertyName(column);
                JsonSerializer.Serialize(json, values.GetValue(row));
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
