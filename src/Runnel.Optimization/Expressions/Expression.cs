using System.Globalization;
using Parlot;
using Runnel.Backtesting;

namespace Runnel.Optimization;

/// <summary>A formula of named values: a constraint such as <c>fast &lt; slow</c>, or a metric such as <c>sharpe_ratio - 0.5 * max_drawdown</c>.</summary>
/// <remarks>Numbers, 'texts', <c>true</c>, <c>false</c> and names; <c>+ - * / %</c>; <c>&lt; &lt;= &gt; &gt;= == !=</c>, also chained
/// (<c>5 &lt; fast &lt; slow</c>); <c>not and or</c> (or <c>! &amp;&amp; ||</c>); <c>abs sqrt log exp min max</c>. A value that is none makes
/// what is worked out from it none. Thread-safe.</remarks>
public sealed class Expression
{
    private const int Longest = 2_000;
    private readonly Node root;
    private readonly string field;

    private Expression(string field, string text, Node root, int[] slots)
    {
        this.field = field;
        Text = text;
        this.root = root;
        Slots = slots;
    }

    /// <summary>As it was written.</summary>
    public string Text { get; }

    /// <summary>Which names it reads: their indices, ascending.</summary>
    public IReadOnlyList<int> Slots { get; }

    /// <summary>Reads an expression.</summary>
    /// <param name="field">Name of the field that holds it, for errors.</param>
    /// <param name="text">The expression.</param>
    /// <param name="names">The names that it may use; values are given in their order.</param>
    /// <returns>The expression.</returns>
    /// <exception cref="BacktestInputException">It cannot be read or uses another name; says at which character.</exception>
    public static Expression Parse(string field, string text, IReadOnlyList<string> names)
    {
        if (text.Length > Longest)
            throw new BacktestInputException(field, $"{text.Length} characters long", $"Give at most {Longest}.");
        if (!Grammar.Whole.TryParse(new Grammar.NamesContext(field, text, names), out Node? root, out ParseError? error) || root is null)
        {
            string place = error is null ? Rest(new Grammar.NamesContext(field, text, names)) : $", in which at character {error.Position.Column} {error.Message}";
            throw new BacktestInputException(field, $"'{text}'{place}", $"Give an expression of {string.Join(", ", names)}.");
        }

        return new Expression(field, text, root, [.. root.Slots.Distinct().Order()]);
    }

    /// <summary>Works it out.</summary>
    /// <param name="values">A value for each name, in the order in which the names were given.</param>
    /// <returns>A number, a truth value or a text; none where a value that it needs is none, or the result is not finite.</returns>
    /// <exception cref="BacktestInputException">It compares or calculates with what is no number.</exception>
    public ParameterValue Evaluate(ReadOnlySpan<ParameterValue> values)
    {
        try
        {
            return root.Of(values);
        }
        catch (BacktestInputException e)
        {
            throw new BacktestInputException(field, $"'{Text}', in which {e.Field} is {e.Value}", e.Remedy);
        }
    }

    /// <inheritdoc/>
    public override string ToString() => Text;

    // What stands behind the part that could be read.
    private static string Rest(Grammar.NamesContext context)
    {
        ParseResult<Node> begun = default;
        Grammar.Beginning.Parse(context, ref begun);
        int at = begun.End;
        while (at < context.Text.Length && char.IsWhiteSpace(context.Text[at]))
            at++;
        return at == context.Text.Length ? "" : string.Create(CultureInfo.InvariantCulture, $", which makes no sense from character {at + 1} on: '{context.Text[at..]}'");
    }
}
