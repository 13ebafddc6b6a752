using System.Text.Json;
using Runnel.Backtesting;
using Runnel.Optimization;

namespace Runnel.Trading;

/// <summary>Reads how an optimization looks for parameters.</summary>
internal static class SearchFields
{
    public static OptimizationKind? ReadKind(PayloadFields fields) => fields.Find("optimization_type") is { } given
        ? ReadKind(fields, "optimization_type", given, Enum.GetValues<OptimizationKind>())
        : fields.Missing<OptimizationKind?>("optimization_type", $"Give {Words(Enum.GetValues<OptimizationKind>())}.");

    private static OptimizationKind? ReadKind(PayloadFields fields, string name, JsonElement given, OptimizationKind[] kinds)
    {
        string text = given.ValueKind == JsonValueKind.String ? string.Concat(given.GetString()!.Where(char.IsLetterOrDigit)) : "";
        foreach (OptimizationKind kind in kinds)
        {
            if (kind.ToString().Equals(text, StringComparison.OrdinalIgnoreCase))
                return kind;
        }

        fields.Fail(name, $"is {PayloadFields.Show(given)}. Give {Words(kinds)}.");
        return null;
    }

    private static string Words(OptimizationKind[] kinds) => string.Join(" or ", kinds.Select(k => SnakeCase.Of(k.ToString())));

    public static SearchMethod? ReadMethod(PayloadFields fields, OptimizationKind? kind)
    {
        OptimizationKind? method = kind;
        if (kind?.HasWindows() == true)
            method = fields.Find("search") is { } search ? ReadKind(fields, "search", search, SearchMethod.IndexedKinds) : OptimizationKind.Grid;
        if (method is null)
            return null;
        if (method == OptimizationKind.Grid)
            return new SearchMethod(OptimizationKind.Grid, int.MaxValue, 0, 0);
        int trials = fields.Whole("n_trials", 100, 1, 10_000_000);
        int batch = SearchMethod.IndexedKinds.Contains(method.Value) ? 0 : fields.Whole("batch_size", 0, 0, 10_000);
        return new SearchMethod(method.Value, trials, (ulong)fields.Whole("seed", 0, 0, int.MaxValue), batch);
    }

    public static bool TrySampler(SearchParameters? search, SearchMethod? method, List<KeyValuePair<string, string>> failures, out IndexedSampler? sampler)
    {
        sampler = null;
        if (search is null || method is null)
            return false;
        try
        {
            sampler = method.Indexed(search.Space);
            if (sampler is null)
                method.Adaptive(search.Space);
            return true;
        }
        catch (BacktestInputException e)
        {
            failures.Add(new(e.Field, FormattableString.Invariant($"{e.Field} is {e.Value ?? "missing"}. {e.Remedy}")));
            return false;
        }
    }
}
