using System.Globalization;
using System.Text.Json;

namespace Runnel.Trading;

internal static class PayloadDates
{
    private const string Remedy = "Give an ISO date (2024-01-31) or date-time (2024-01-31T12:00:00Z); without an offset it is UTC.";

    private static readonly string[] Formats =
    [
        "yyyy-MM-dd", "yyyy-MM-dd'T'HH:mmK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK", "yyyy-MM-dd HH:mmK", "yyyy-MM-dd HH:mm:ss.FFFFFFFK", "yyyy-MM-ddK",
    ];

    /// <summary>Reads a moment, in UTC.</summary>
    public static DateTimeOffset? Read(PayloadFields fields, string name)
    {
        if (fields.Find(name) is not { } value)
            return fields.Missing<DateTimeOffset?>(name, Remedy);
        const DateTimeStyles styles = DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal | DateTimeStyles.AllowWhiteSpaces;
        if (value.ValueKind != JsonValueKind.String || !DateTimeOffset.TryParseExact(value.GetString(), Formats, CultureInfo.InvariantCulture, styles, out DateTimeOffset moment))
        {
            fields.Fail(name, $"is {PayloadFields.Show(value)}. {Remedy}");
            return null;
        }

        if (moment.Year is >= 1970 and < 2200)
            return moment;
        fields.Fail(name, $"is {PayloadFields.Show(value)}. Give a date from 1970 to 2199.");
        return null;
    }
}
