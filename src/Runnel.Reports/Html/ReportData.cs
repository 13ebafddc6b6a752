using System.Text.Json;
using Runnel.Backtesting;

namespace Runnel.Reports;

/// <summary>What the report's script draws, as JSON that is safe inside a script element: System.Text.Json escapes angle brackets.</summary>
internal static class ReportData
{
    /// <summary>Most candles in a report; more bars are merged, some into one, to keep the file at a few megabytes.</summary>
    public const int MostCandles = 20_000;

    /// <summary>Most trades in a report's table.</summary>
    public const int MostTrades = 20_000;

    /// <summary>How many bars one candle stands for.</summary>
    public static int BarsPerCandle(Klines klines) => (klines.Count + MostCandles - 1) / MostCandles;

    public static string Of(BacktestReport report)
    {
        using MemoryStream buffer = new();
        using (Utf8JsonWriter json = new(buffer))
        {
            json.WriteStartObject();
            json.WriteBoolean("synthetic", report.IsSynthetic);
            json.WriteNumber("price_digits", PriceDigits(report.Klines));
            WriteCandles(json, report);
            WriteTrades(json, report);
            json.WriteEndObject();
        }

        return System.Text.Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length);
    }

    private static void WriteCandles(Utf8JsonWriter json, BacktestReport report)
    {
        Klines klines = report.Klines;
        int size = BarsPerCandle(klines);
        double[] drawdowns = ReportTable.Drawdowns(report.Result.Equity);
        json.WriteStartObject("candles");
        Write("time", (from, _) => klines.OpenTimes[from] / 1000);
        Write("open", (from, _) => klines.Open[from]);
        Write("high", (from, to) => Largest(klines.High[from..to]));
        Write("low", (from, to) => -Largest([.. Negated(klines.Low[from..to])]));
        Write("close", (_, to) => klines.Close[to - 1]);
        Write("equity", (_, to) => Short(report.Result.Equity[to - 1]));
        Write("drawdown", (from, to) => Math.Round(Largest(drawdowns.AsSpan(from..to)), 3));
        json.WriteEndObject();

        void Write(string name, Func<int, int, double> value)
        {
            json.WriteStartArray(name);
            for (int from = 0; from < klines.Count; from += size)
                json.WriteNumberValue(value(from, Math.Min(klines.Count, from + size)));
            json.WriteEndArray();
        }
    }

    private static void WriteTrades(Utf8JsonWriter json, BacktestReport report)
    {
        json.WriteStartArray("reasons");
        foreach (ExitReason reason in Enum.GetValues<ExitReason>())
            json.WriteStringValue(ReportTable.Word(reason).Replace('_', ' '));
        json.WriteEndArray();
        json.WriteStartArray("trades");
        foreach (Trade trade in report.Result.Trades.Take(MostTrades))
        {
            TradeExcursion excursion = TradeExcursion.Of(trade, report.Klines);
            json.WriteStartArray();
            json.WriteNumberValue(trade.EntryTime);
            json.WriteNumberValue(trade.ExitTime);
            json.WriteNumberValue(trade.Side == TradeSide.Long ? 1 : -1);
            foreach (double value in (ReadOnlySpan<double>)[trade.Size, trade.EntryPrice, trade.ExitPrice, (int)trade.Reason, trade.Fees, trade.Pnl, trade.PnlPercent,
                excursion.AdversePercent, excursion.FavorablePercent])
                json.WriteNumberValue(Short(value));
            json.WriteEndArray();
        }

        json.WriteEndArray();
    }

    /// <summary>Decimals that the closes have, at most 8.</summary>
    private static int PriceDigits(Klines klines)
    {
        int digits = 0;
        foreach (double price in klines.Close[..Math.Min(klines.Count, 500)])
        {
            while (digits < 8 && Math.Abs(Math.Round(price, digits) - price) > 1e-9 * price)
                digits++;
        }

        return digits;
    }

    // Ten digits are more than a screen shows.
    private static double Short(double value) =>
        value == 0 || !double.IsFinite(value) ? 0 : Math.Round(value, Math.Clamp(9 - (int)Math.Floor(Math.Log10(Math.Abs(value))), 0, 15));

    private static double Largest(ReadOnlySpan<double> values)
    {
        double largest = values[0];
        foreach (double value in values)
            largest = Math.Max(largest, value);
        return largest;
    }

    private static double[] Negated(ReadOnlySpan<double> values)
    {
        double[] negated = values.ToArray();
        for (int i = 0; i < negated.Length; i++)
            negated[i] = -negated[i];
        return negated;
    }
}
