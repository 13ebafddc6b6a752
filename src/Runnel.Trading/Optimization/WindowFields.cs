using System.Text.Json;

namespace Runnel.Trading;

/// <summary>Reads how an optimization's range is cut into windows.</summary>
internal static class WindowFields
{
    /// <summary>Null unless it is a walk-forward optimization.</summary>
    public static WalkForwardSizes? ReadWalkForward(PayloadFields fields, OptimizationKind? kind)
    {
        if (kind is not OptimizationKind.WalkForward)
            return null;
        bool inBars = ReadUnit(fields, [FoldUnit.Days, FoldUnit.Bars]) == FoldUnit.Bars;
        double Size(string name, double usual)
        {
            string remedy = inBars ? "Give a whole number of bars, at least 1." : "Give a number of days greater than 0, at most 36500.";
            double size = fields.Number(name, remedy) ?? usual;
            if (!(inBars ? size >= 1 && size <= int.MaxValue && size == Math.Floor(size) : size is > 0 and <= 36_500))
                fields.Fail(name, FormattableString.Invariant($"is {size}. {remedy}"));
            return size;
        }

        double train = Size("train_size", 120), test = Size("test_size", 60), step = Size("step_size", 30);
        return new WalkForwardSizes(train, test, step, inBars, fields.Flag("anchored") ?? false);
    }

    /// <summary>Null unless it is a k-fold optimization.</summary>
    public static FoldSizes? ReadFolds(PayloadFields fields, OptimizationKind? kind)
    {
        if (kind is not OptimizationKind.KFold)
            return null;
        int folds = fields.Whole("folds", 5, 2, 1000);
        FoldUnit unit = ReadUnit(fields, [FoldUnit.Days, FoldUnit.Bars, FoldUnit.Fraction]);
        (string remedy, double most) = unit switch
        {
            FoldUnit.Bars => ("Give a whole number of bars, 0 or more.", int.MaxValue),
            FoldUnit.Days => ("Give a number of days from 0 to 36500.", 36_500),
            _ => ("Give a fraction of all bars from 0 to 0.5, for instance 0.01.", 0.5),
        };
        double? Gap(string name)
        {
            double? gap = fields.Number(name, remedy);
            if (gap is { } size && !(size >= 0 && size <= most && (unit != FoldUnit.Bars || size == Math.Floor(size))))
                fields.Fail(name, FormattableString.Invariant($"is {size}. {remedy}"));
            return gap;
        }

        return new FoldSizes(folds, Gap("purge") ?? 0, Gap("embargo"), unit);
    }

    private static FoldUnit ReadUnit(PayloadFields fields, FoldUnit[] units)
    {
        if (fields.Find("size_unit") is not { } given)
            return units[0];
        foreach (FoldUnit unit in units)
        {
            if (given.ValueKind == JsonValueKind.String && given.GetString() == SnakeCase.Of($"{unit}"))
                return unit;
        }

        fields.Fail("size_unit", $"is {PayloadFields.Show(given)}. Give {string.Join(" or ", units.Select(u => SnakeCase.Of($"{u}")))}.");
        return units[0];
    }
}
