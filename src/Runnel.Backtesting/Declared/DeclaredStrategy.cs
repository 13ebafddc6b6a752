namespace Runnel.Backtesting;

/// <summary>Makes strategies from declarations. No code of the declaration's author runs: it is data, checked and compiled by the engine.</summary>
public static class DeclaredStrategy
{
    /// <summary>What a declared strategy is called where a name is needed.</summary>
    public const string Name = "declared";

    private const double LargestParameter = 1e12;

    /// <summary>Every word that expressions know: prices, facts of the account, functions and indicators.</summary>
    public static IReadOnlyList<DeclarationWord> Vocabulary { get; } =
    [
        .. Words.Values.Select(w => new DeclarationWord(w.Key, w.Value)),
        .. Words.Facts.Select(w => new DeclarationWord(w.Key, w.Value)),
        .. Words.Functions.Values.Select(w => new DeclarationWord(w.Signature, w.Summary)),
        .. IndicatorCatalogue.All.Select(d => new DeclarationWord(d.Signature, d.Outputs.Length == 0 ? d.Summary : $"{d.Summary}: .{string.Join(", .", d.Outputs)}")),
    ];

    /// <summary>Checks a declaration.</summary>
    /// <param name="declaration">What to check.</param>
    /// <returns>All that is wrong with it, apart from values of its parameters; empty where nothing is.</returns>
    public static IReadOnlyList<DeclarationError> Check(StrategyDeclaration declaration)
    {
        List<DeclarationError> errors = [];
        DeclarationBinder.Bind(declaration, errors);
        return errors;
    }

    /// <summary>Compiles a declaration once, for any number of runs and sets of parameters.</summary>
    /// <param name="declaration">The strategy.</param>
    /// <returns>What <see cref="StrategyInfo.Create"/> makes ready to run, and what
    /// <see cref="ParameterGrid.Expand(StrategyInfo, IReadOnlyList{ParameterAxis}, Func{IReadOnlyDictionary{string, double}, bool}?)"/> takes.</returns>
    /// <exception cref="BacktestInputException">Something is wrong with it; <see cref="Check"/> gives all of it.</exception>
    public static StrategyInfo Compile(StrategyDeclaration declaration)
    {
        List<DeclarationError> errors = [];
        if (DeclarationBinder.Bind(declaration, errors) is not { } bound)
            throw errors[0].ToException();

        DeclaredProgram program = new(bound);
        return new StrategyInfo(Name, "Declared strategy", Summary(declaration), [.. bound.Parameters.Select((name, i) => Parameter(declaration, bound, name, i))], program.Start)
        {
            Directions = Directions(bound),
            CheckValues = program.CheckConstants,
            Check = values => program.CheckRequirement(values, declaration.Require),
        };
    }

    private static TradeDirection[] Directions(BoundStrategy bound) =>
        bound.EntryShort is null ? [TradeDirection.LongOnly, TradeDirection.LongShort]
        : bound.EntryLong is null ? [TradeDirection.ShortOnly, TradeDirection.LongShort]
        : [TradeDirection.LongShort, TradeDirection.LongOnly, TradeDirection.ShortOnly];

    private static StrategyParameter Parameter(StrategyDeclaration declaration, BoundStrategy bound, string name, int index)
    {
        ConstantCheck[] uses = [.. bound.Checks.Where(c => c.Node.Kind == NodeKind.Parameter && c.Node.Index == index)];
        double least = uses.Select(u => u.Minimum).DefaultIfEmpty(-LargestParameter).Max(), most = uses.Select(u => u.Maximum).DefaultIfEmpty(LargestParameter).Min();
        if (declaration.Ranges.TryGetValue(name, out ParameterRange range))
            (least, most) = (Math.Max(least, range.Minimum), Math.Min(most, range.Maximum));
        return new StrategyParameter
        {
            Name = name,
            Description = uses.Length == 0 ? "a number of the declaration." : $"{string.Join(", ", uses.Select(u => u.What).Distinct())}.",
            Default = declaration.Parameters[name],
            Minimum = least,
            Maximum = most,
            IsInteger = uses.Any(u => u.IsWhole),
        };
    }

    private static string Summary(StrategyDeclaration declaration)
    {
        IEnumerable<string> rules = new[] { ("Long", declaration.EntryLong), ("Short", declaration.EntryShort), ("out of long", declaration.ExitLong), ("out of short", declaration.ExitShort) }
            .Where(r => r.Item2 is not null).Select(r => $"{r.Item1} where {r.Item2}");
        return $"{string.Join("; ", rules)}.";
    }
}

/// <summary>A word of the language of declared strategies.</summary>
/// <param name="Signature">How it is written.</param>
/// <param name="Summary">What it is.</param>
public sealed record DeclarationWord(string Signature, string Summary);
