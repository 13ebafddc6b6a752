namespace Runnel.Backtesting;

/// <summary>Something wrong with a <see cref="StrategyDeclaration"/>.</summary>
/// <param name="Field">Where, for instance <c>entry.long</c> or <c>let.trend</c>.</param>
/// <param name="Column">Character of the expression at which it goes wrong, counted from 1; 0 where no expression is to blame.</param>
/// <param name="Problem">What is wrong: "is wrong at column 14, before 'slowx)'".</param>
/// <param name="Remedy">What to give instead, in sentences.</param>
public sealed record DeclarationError(string Field, int Column, string Problem, string Remedy)
{
    private const int ShownCharacters = 24;

    /// <summary>The whole message.</summary>
    public string Message => $"{Field} {Problem}. {Remedy}";

    internal static DeclarationError At(string field, string text, int at, string remedy)
    {
        string rest = text[Math.Min(at, text.Length)..].Trim();
        string place = rest.Length == 0 ? "at its end" : $"before '{(rest.Length > ShownCharacters ? rest[..ShownCharacters] + "…" : rest)}'";
        return new DeclarationError(field, at + 1, $"is wrong at column {at + 1}, {place}", remedy);
    }

    internal BacktestInputException ToException() => new(Field, Problem.StartsWith("is ", StringComparison.Ordinal) ? Problem[3..] : Problem, Remedy);
}
