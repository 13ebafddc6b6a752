namespace Runnel.Backtesting;

/// <summary>An expression that cannot be read or understood, thrown within the compiler and turned into a <see cref="DeclarationError"/> there.</summary>
/// <param name="at">Offset of the character at which it goes wrong.</param>
/// <param name="problem">What is wrong and what to give, in sentences.</param>
internal sealed class ExpressionException(int at, string problem) : Exception(problem)
{
    public int At => at;
}
