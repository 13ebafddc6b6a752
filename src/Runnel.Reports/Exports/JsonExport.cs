using System.Text.Json;
using Runnel.Backtesting;

namespace Runnel.Reports;

/// <summary>Writes all of a backtest as one JSON document; docs/backtesting/reports.md shows it.</summary>
internal static class JsonExport
{
    public static void Write(Stream stream, BacktestReport report)
    {
        using Utf8JsonWriter json = new(stream, new JsonWriterOptions { Indented = true, NewLine = "\n" });
        json.WriteStartObject();
        json.WriteString("title", report.Title);
        json.WriteString("strategy", report.Strategy);
        json.WriteString("symbol", report.Klines.Symbol);
        json.WriteString("interval", report.Interval);
        json.WriteString("source", report.Source);
        json.WriteBoolean("synthetic", report.IsSynthetic);
        json.WriteStartArray("warnings");
        foreach (string warning in report.Warnings)
            json.WriteStringValue(warning);
        json.WriteEndArray();
        WriteStatistics(json, report);
        json.WriteStartArray("monthly_returns");
        foreach (MonthlyReturn month in report.Result.MonthlyReturns)
        {
            json.WriteStartObject();
            json.WriteNumber("year", month.Year);
            json.WriteNumber("month", month.Month);
            json.WriteNumber("percent", month.Percent);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        WriteTable(json, "trades", ReportTable.Trades(report));
        WriteOpenTrades(json, report);
        WriteTable(json, "equity", ReportTable.Equity(report));
        json.WriteEndObject();
    }

    private static void WriteStatistics(Utf8JsonWriter json, BacktestReport report)
    {
        json.WriteStartObject("statistics");
        foreach (IGrouping<string, Statistic> group in StatisticCatalogue.All.GroupBy(s => s.Group))
        {
            json.WriteStartObject(group.Key);
            foreach (Statistic statistic in group)
            {
                string name = JsonNamingPolicy.SnakeCaseLower.ConvertName(statistic.Name);
                if (statistic.Of(report.Result.Statistics, report.Detailed) is { } value)
                    json.WriteNumber(name, value);
                else
                    json.WriteNull(name);
            }

            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    private static void WriteOpenTrades(Utf8JsonWriter json, BacktestReport report)
    {
        json.WriteStartArray("open_trades");
        foreach (OpenTrade trade in report.Result.OpenTrades)
        {
            json.WriteStartObject();
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
