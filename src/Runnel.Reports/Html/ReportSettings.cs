using System.Globalization;
using System.Reflection;
using System.Text.Json;
using Runnel.Backtesting;

namespace Runnel.Reports;

internal static class ReportSettings
{
    /// <summary>Every setting by its name, as words; those that are not set are left out.</summary>
    public static IEnumerable<(string Name, string Value)> Of(BacktestSettings settings)
    {
        foreach (PropertyInfo property in typeof(BacktestSettings).GetProperties())
        {
            string? value = property.GetValue(settings) switch
            {
                null => null,
                bool flag => flag ? "yes" : "no",
                double number => number.ToString("0.##########", CultureInfo.InvariantCulture),
                Enum word => JsonNamingPolicy.SnakeCaseLower.ConvertName(word.ToString()).Replace('_', ' '),
                OrderSize size => string.Create(CultureInfo.InvariantCulture, $"{JsonNamingPolicy.SnakeCaseLower.ConvertName(size.Kind.ToString())} {size.Value:0.##########}"),
                FundingRates rates => string.Create(CultureInfo.InvariantCulture, $"{rates.Count:N0} payments"),
                object other => other.ToString(),
            };
            if (value is not null)
                yield return (Words(property.Name), value);
        }
    }

    private static string Words(string name) => JsonNamingPolicy.SnakeCaseLower.ConvertName(name).Replace('_', ' ');
}
