using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using Runnel.Backtesting;

namespace Runnel.Trading;

/// <summary>The figures of a backtest as columns of numbers: NaN stands for an undefined one, which no defined one ever is.</summary>
internal static class StatisticColumns
{
    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };
    private static readonly PropertyInfo[] Properties =
        [.. typeof(BacktestStatistics).GetProperties().Where(p => p.PropertyType == typeof(double) || p.PropertyType == typeof(double?) || p.PropertyType == typeof(int))];

    /// <summary>Names as in JSON.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Properties.Select(p => SnakeCase.Of(p.Name))];

    private static readonly Func<BacktestStatistics, double>[] Getters = [.. Properties.Select(Getter)];

    /// <summary>The place of a column; -1 where there is none.</summary>
    public static int IndexOf(string name)
    {
        for (int i = 0; i < Names.Count; i++)
        {
            if (Names[i] == name)
                return i;
        }

        return -1;
    }

    public static double Read(BacktestStatistics statistics, int column) => Getters[column](statistics);

    /// <summary>The figures as they were, from their columns; those of a newer or older Runnel that this one does not know are left out.</summary>
    public static BacktestStatistics ToStatistics(IEnumerable<KeyValuePair<string, double>> values)
    {
        JsonObject json = [];
        foreach ((string name, double value) in values)
        {
            if (IndexOf(name) >= 0)
                json[name] = double.IsNaN(value) ? null : JsonValue.Create(value);
        }

        return json.Deserialize<BacktestStatistics>(Json)!;
    }

    private static Func<BacktestStatistics, double> Getter(PropertyInfo property)
    {
        MethodInfo get = property.GetMethod!;
        if (property.PropertyType == typeof(double))
            return get.CreateDelegate<Func<BacktestStatistics, double>>();
        if (property.PropertyType == typeof(int))
        {
            Func<BacktestStatistics, int> whole = get.CreateDelegate<Func<BacktestStatistics, int>>();
            return statistics => whole(statistics);
        }

        Func<BacktestStatistics, double?> optional = get.CreateDelegate<Func<BacktestStatistics, double?>>();
        return statistics => optional(statistics) ?? double.NaN;
    }
}
