using System.Globalization;
using System.Text.Json;

namespace Runnel.MarketData;

/// <summary>One reply of the exchange that says OK: its result, and its clock when it answered.</summary>
/// <param name="Result">The object under <c>result</c>.</param>
/// <param name="Time">The exchange's clock, Unix milliseconds.</param>
internal readonly record struct BybitReply(JsonElement Result, long Time)
{
    /// <summary>Reads a body of status 200.</summary>
    /// <exception cref="BybitException">It carries a retCode other than 0, or is not a reply of the exchange.</exception>
    public static BybitReply Parse(byte[] body, string request, TimeSpan? retryAfter, DateTimeOffset now)
    {
        JsonElement root;
        try
        {
            using JsonDocument document = JsonDocument.Parse(body);
            root = document.RootElement.Clone();
        }
        catch (JsonException e)
        {
            bool page = body.AsSpan().TrimStart(" \r\n\t"u8).StartsWith("<"u8);
            throw page
                ? new BybitException($"A web page came in answer to {request} instead of data. Look for a proxy or sign-in page in between, and check Runnel:Trading:Bybit:BaseAddress.", transient: false, innerException: e)
                : new BybitException($"The answer to {request} is cut short or damaged after {body.Length} bytes: {e.Message}", transient: true, innerException: e);
        }

        if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("retCode", out JsonElement codeElement) || !codeElement.TryGetInt32(out int code))
            throw Unexpected(request, "it has no retCode");
        if (code != 0)
            throw BybitErrors.FromCode(code, root.TryGetProperty("retMsg", out JsonElement text) ? text.ToString() : "no message", request, retryAfter);
        if (!root.TryGetProperty("result", out JsonElement result) || result.ValueKind != JsonValueKind.Object)
            throw Unexpected(request, "it has no result");
        long time = root.TryGetProperty("time", out JsonElement clock) && clock.TryGetInt64(out long given) ? given : now.ToUnixTimeMilliseconds();
        return new BybitReply(result, time);
    }

    /// <summary>The rows under <c>list</c> as open time, open, high, low, close, volume, in the order they came; without volumes it is 0.</summary>
    /// <exception cref="BybitException">A row is not as documented.</exception>
    public List<(long Time, double[] Row)> Klines(string request, bool hasVolume)
    {
        int columns = hasVolume ? 6 : 5;
        if (!Result.TryGetProperty("list", out JsonElement list) || list.ValueKind != JsonValueKind.Array)
            throw Unexpected(request, "it has no list");
        List<(long, double[])> rows = new(list.GetArrayLength());
        foreach (JsonElement row in list.EnumerateArray())
        {
            if (row.ValueKind != JsonValueKind.Array || row.GetArrayLength() < columns)
                throw Unexpected(request, $"a row has no {columns} values: {row}");
            if (!long.TryParse(row[0].ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out long time))
                throw Unexpected(request, $"a row begins with '{row[0]}', not a time");
            double[] values = new double[5];
            for (int i = 0; i < columns - 1; i++)
            {
                if (!double.TryParse(row[i + 1].ToString(), NumberStyles.Float, CultureInfo.InvariantCulture, out values[i]))
                    throw Unexpected(request, $"a row holds '{row[i + 1]}', not a number");
            }

            rows.Add((time, values));
        }

        return rows;
    }

    /// <summary>The rows of a funding history, in the order they came.</summary>
    /// <exception cref="BybitException">A row is not as documented.</exception>
    public List<(long Time, double Rate)> Funding(string request)
    {
        if (!Result.TryGetProperty("list", out JsonElement list) || list.ValueKind != JsonValueKind.Array)
            throw Unexpected(request, "it has no list");
        List<(long, double)> rows = new(list.GetArrayLength());
        foreach (JsonElement row in list.EnumerateArray())
        {
            if (row.ValueKind != JsonValueKind.Object || !row.TryGetProperty("fundingRateTimestamp", out JsonElement at) || !row.TryGetProperty("fundingRate", out JsonElement paid)
                || !long.TryParse(at.ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out long time)
                || !double.TryParse(paid.ToString(), NumberStyles.Float, CultureInfo.InvariantCulture, out double rate))
                throw Unexpected(request, $"a row is no funding payment: {row}");
            rows.Add((time, rate));
        }

        return rows;
    }

    public static BybitException Unexpected(string request, string what) =>
        new($"The answer to {request} is not Bybit's: {what}. Check Runnel:Trading:Bybit:BaseAddress, or update Runnel if the exchange changed its format.", transient: false);
}
