using System.Text.Json;
using Runnel.Backtesting;
using Runnel.Optimization;

namespace Runnel.Trading;

/// <summary>Reads how an optimization looks for parameters.</summary>
internal static class SearchFields
{
    private const int MostTrials = 10_000_000;
    private static readonly Dictionary<string, string> FieldsOfSamplers = new() { ["population"] = "batch_size", ["factor"] = "reduction_factor", ["points"] = "n_trials" };

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

    /// <param name="fields">Of the payload.</param>
    /// <param name="kind">Of the optimization; null where that is wrong.</param>
    /// <param name="metrics">How many it has.</param>
    public static SearchMethod? ReadMethod(PayloadFields fields, OptimizationKind? kind, int metrics)
    {
        OptimizationKind? method = kind;
        if (kind?.HasWindows() == true)
            method = ReadSearch(fields);
        if (method is null)
            return null;
        if (method == OptimizationKind.Grid)
            return new SearchMethod(OptimizationKind.Grid, int.MaxValue, 0, 0);
        if (method.Value.HasRungs())
            return ReadHalving(fields, method.Value);
        int trials = fields.Whole("n_trials", 100, 1, MostTrials);
        int batch = SearchMethod.IndexedKinds.Contains(method.Value) ? 0 : fields.Whole("batch_size", 0, 0, 10_000);
        return new SearchMethod(method.Value, trials, ReadSeed(fields), batch) { Metrics = metrics };
    }

    // The winner of a window is tested, and a front has none.
    private static OptimizationKind? ReadSearch(PayloadFields fields)
    {
        if (fields.Find("search") is not { } given)
            return OptimizationKind.Grid;
        OptimizationKind[] kinds = [.. Enum.GetValues<OptimizationKind>().Where(k => !k.HasWindows() && k != OptimizationKind.Nsga2)];
        if (given.ValueKind != JsonValueKind.String || given.GetString() != "nsga2")
            return ReadKind(fields, "search", given, kinds);
        fields.Fail("search", $"is 'nsga2', which finds a front of trials and not the one to test. Give {Words(kinds)}, with one metric, perhaps an expression of several.");
        return null;
    }

    private static SearchMethod ReadHalving(PayloadFields fields, OptimizationKind kind)
    {
        bool isSingle = kind == OptimizationKind.Halving;
        if (!isSingle && fields.Find("n_trials") is not null)
            fields.Fail("n_trials", "does not go with hyperband, whose trials follow from first_budget and reduction_factor. Remove it; a smaller first_budget makes more of them.");
        int points = isSingle ? fields.Whole("n_trials", 100, 2, MostTrials) : 0;
        const string remedy = "Give the fraction of the range on which the first trials run, for instance 0.1: from 0.000001 to below 1.";
        double first = fields.Number("first_budget", remedy) ?? (isSingle ? 1.0 / 9 : 1.0 / 27);
        if (!(first is >= 0.000001 and < 0.999999))
            fields.Fail("first_budget", FormattableString.Invariant($"is {first}. {remedy}"));
        int factor = fields.Whole("reduction_factor", 3, 2, 100);
        return new SearchMethod(kind, int.MaxValue, ReadSeed(fields), 0) { Halving = new HalvingSizes(points, first, factor) };
    }

    private static ulong ReadSeed(PayloadFields fields) => (ulong)fields.Whole("seed", 0, 0, int.MaxValue);

    public static bool TrySampler(SearchParameters? search, ref SearchMethod? method, List<KeyValuePair<string, string>> failures, out IndexedSampler? sampler)
    {
        sampler = null;
        if (search is null || method is null)
            return false;
        try
        {
            sampler = method.Indexed(search.Space);
            if (sampler is null && method.Adaptive(search.Space) is HalvingSampler rungs)
                method = method with { Trials = rungs.Count };
            return true;
        }
        catch (BacktestInputException e)
        {
            string field = FieldsOfSamplers.GetValueOrDefault(e.Field, e.Field);
            failures.Add(new(field, FormattableString.Invariant($"{field} is {e.Value ?? "missing"}. {e.Remedy}")));
            return false;
        }
    }
}
