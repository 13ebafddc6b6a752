using System.Text.Json;
using Runnel.Backtesting;

namespace Runnel.Oracles.Checks;

/// <summary>Indicator columns by name, for instance <c>bollinger_20_2_upper</c>, over the bars given in the case.</summary>
internal static class IndicatorCheck
{
    public static CaseReport Run(JsonElement root)
    {
        Klines klines = Input(root);
        Comparison comparison = new();
        string[] columns = [.. root.GetProperty("columns").EnumerateArray().Select(c => c.GetString()!)];
        double[]?[] ours = [.. columns.Select(column => column == "bar" ? null : Compute(column, klines))];
        int count = 0;
        foreach (JsonElement row in root.GetProperty("values").EnumerateArray())
        {
            int bar = row[Array.IndexOf(columns, "bar")].GetInt32();
            for (int column = 0; column < columns.Length; column++)
            {
                if (ours[column] is not { } values)
                    continue;
                string name = $"{columns[column]} at bar {bar}";
                if (row[column].ValueKind == JsonValueKind.Null)
                    comparison.Same(name, double.NaN, values[bar]);
                else
                    comparison.Close(name, row[column].GetDouble(), values[bar]);
                count++;
            }
        }

        return comparison.Report($"{count} values of {columns.Length - 1} columns equal");
    }

    private static Klines Input(JsonElement root)
    {
        string[] columns = [.. root.GetProperty("input_columns").EnumerateArray().Select(c => c.GetString()!)];
        JsonElement[] rows = [.. root.GetProperty("input").EnumerateArray()];
        double[] Column(string name) => [.. rows.Select(row => row[Array.IndexOf(columns, name)].GetDouble())];
        long[] times = [.. rows.Select(row => row[Array.IndexOf(columns, "timestamp_ms")].GetInt64())];
        return new Klines("case", times, Column("open"), Column("high"), Column("low"), Column("close"), Column("volume"));
    }

    private static double[] Compute(string column, Klines k)
    {
        string[] words = column.Split('_');
        string name = string.Join('_', words.TakeWhile(word => !IsNumber(word)));
        double[] numbers = [.. words.Where(IsNumber).Select(double.Parse)];
        string part = string.Join('_', words.SkipWhile(word => !IsNumber(word)).SkipWhile(IsNumber));
        int Period(int index) => index < numbers.Length
            ? (int)numbers[index] : throw new CaseException($"the column '{column}' lacks a period");
        double[] a = new double[k.Count], b = new double[k.Count], c = new double[k.Count];
        switch (name)
        {
            case "sma": Sma.Compute(k.Close, Period(0), a); break;
            case "ema": Ema.Compute(k.Close, Period(0), a); break;
            case "wma": Wma.Compute(k.Close, Period(0), a); break;
            case "dema": Dema.Compute(k.Close, Period(0), a); break;
            case "tema": Tema.Compute(k.Close, Period(0), a); break;
            case "hma": Hma.Compute(k.Close, Period(0), a); break;
            case "rsi": Rsi.Compute(k.Close, Period(0), a); break;
            case "roc": Roc.Compute(k.Close, Period(0), a); break;
            case "momentum" or "mom": Momentum.Compute(k.Close, Period(0), a); break;
            case "std" or "stddev": StandardDeviation.Compute(k.Close, Period(0), a); break;
            case "highest": Highest.Compute(k.High, Period(0), a); break;
            case "lowest": Lowest.Compute(k.Low, Period(0), a); break;
            case "macd":
                Macd.Compute(k.Close, Period(0), Period(1), Period(2), a, b, c);
                return Pick(column, part, ("line", a), ("signal", b), ("hist", c));
            case "bollinger":
                Bollinger.Compute(k.Close, Period(0), numbers[1], a, b, c);
                return Pick(column, part, ("upper", a), ("mid", b), ("lower", c));
            case "tr" or "true_range": TrueRange.Compute(k.High, k.Low, k.Close, a); break;
            case "atr": Atr.Compute(k.High, k.Low, k.Close, Period(0), a); break;
            case "adx":
                Adx.Compute(k.High, k.Low, k.Close, Period(0), a, b, c);
                return Pick(column, part, ("plus_di", a), ("minus_di", b), ("adx", c));
            case "stoch":
                Stochastic.Compute(k.High, k.Low, k.Close, Period(0), Period(1), Period(2), a, b);
                return Pick(column, part, ("k", a), ("d", b));
            case "donchian":
                Donchian.Compute(k.High, k.Low, Period(0), a, b, c);
                return Pick(column, part, ("upper", a), ("mid", b), ("lower", c));
            case "keltner":
                Keltner.Compute(k.High, k.Low, k.Close, Period(0), Period(1), numbers[2], a, b, c);
                return Pick(column, part, ("upper", a), ("mid", b), ("lower", c));
            case "supertrend":
                SuperTrend.Compute(k.High, k.Low, k.Close, Period(0), numbers[1], a, b);
                return Pick(column, part, ("line", a), ("dir", b));
            case "cci": Cci.Compute(k.High, k.Low, k.Close, Period(0), a); break;
            case "williams" or "willr" or "williams_r": WilliamsR.Compute(k.High, k.Low, k.Close, Period(0), a); break;
            case "mfi": Mfi.Compute(k.High, k.Low, k.Close, k.Volume, Period(0), a); break;
            case "obv": Obv.Compute(k.Close, k.Volume, a); break;
            case "vwap" or "vwap_utc_day": Vwap.Compute(k.OpenTimes, k.High, k.Low, k.Close, k.Volume, a); break;
            default: throw new CaseException($"the indicator column '{column}' is not known here");
        }

        return part.Length == 0 ? a : throw new CaseException($"the indicator column '{column}' is not known here");
    }

    private static double[] Pick(string column, string part, params (string Name, double[] Values)[] parts) =>
        parts.FirstOrDefault(p => p.Name == part).Values ?? throw new CaseException($"the indicator column '{column}' is not known here");

    private static bool IsNumber(string word) => word.Length > 0 && char.IsAsciiDigit(word[0]);
}
