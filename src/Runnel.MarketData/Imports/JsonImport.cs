using System.Text.Json;

namespace Runnel.MarketData;

/// <summary>Reads freqtrade's JSON: an array of <c>[time, open, high, low, close, volume]</c>.</summary>
internal static class JsonImport
{
    private static readonly string[] Fields = ["time", "open", "high", "low", "close", "volume"];

    public static ImportedKlines Read(byte[] json, string name, string symbol, CancellationToken cancellationToken)
    {
        KlineColumns bars = new();
        TimeUnit? unit = null;
        Utf8JsonReader reader = new(json);
        Span<double> row = stackalloc double[5];
        try
        {
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartArray)
                throw Wrong(json, 0, "", "is no JSON array. freqtrade writes [[1704067200000, 42314.0, 42603.2, 42289.6, 42503.5, 1459.2], …].");
            while (reader.Read() && reader.TokenType == JsonTokenType.StartArray)
            {
                if ((bars.Count & 0xfff) == 0)
                    cancellationToken.ThrowIfCancellationRequested();
                long at = reader.TokenStartIndex;
                if (!reader.Read() || reader.TokenType != JsonTokenType.Number || !reader.TryGetDouble(out double written) || Math.Abs(written) > 9e18)
                    throw Wrong(json, reader.TokenStartIndex, "time", "is no number.");
                unit ??= TimeUnit.Of((long)written) ?? throw Wrong(json, at, "time", $"{written} is no time between 1973 and 2286 in seconds, milli-, micro- or nanoseconds.");
                if (!unit.TryRead((long)written, out long time))
                    throw Wrong(json, at, "time", $"{written} is no time in {unit.Name}, as the ones above.");
                CsvKlineReader.RequireAfter(bars, time, name, Line(json, at), "time");
                for (int i = 0; i < row.Length; i++)
                {
                    if (!reader.Read() || reader.TokenType != JsonTokenType.Number || !reader.TryGetDouble(out row[i]) || row[i] < 0 || (row[i] == 0 && i < 4))
                        throw Wrong(json, reader.TokenStartIndex, Fields[i + 1], $"'{System.Text.Encoding.UTF8.GetString(reader.ValueSpan)}' cannot be: give a number, prices more than 0.");
                }

                CsvKlineReader.RequireConsistent(row, name, Line(json, at));
                if (!reader.Read() || reader.TokenType != JsonTokenType.EndArray)
                    throw Wrong(json, at, "", "has more than 6 values.");
                bars.Add(time, row);
            }

            if (reader.TokenType != JsonTokenType.EndArray || reader.Read())
                throw Wrong(json, reader.TokenStartIndex, "", "is no array of arrays.");
        }
        catch (JsonException e)
        {
            throw new CsvKlineException(name, (e.LineNumber ?? 0) + 1, "", $"is damaged or cut short: {e.Message}", e);
        }

        return bars.Count > 0 ? new ImportedKlines(bars.ToKlines(symbol), $"JSON, times in {unit!.Name}") : throw new CsvKlineException(name, 0, "", "holds no bar.");

        CsvKlineException Wrong(byte[] text, long at, string field, string problem) => new(name, Line(text, at), field, problem);
    }

    private static long Line(byte[] json, long at) => 1 + json.AsSpan(0, (int)at).Count((byte)'\n');
}
