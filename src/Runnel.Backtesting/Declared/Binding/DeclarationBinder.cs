namespace Runnel.Backtesting;

/// <summary>Turns a declaration into checked rules, and finds all that is wrong with it.</summary>
internal sealed class DeclarationBinder
{
    private const int MostNames = 64;
    private const int MostBars = 1_000_000;

    private readonly StrategyDeclaration declaration;
    private readonly List<DeclarationError> errors;
    private readonly string[] parameters;
    private readonly ExpressionBinder binder;
    private readonly Dictionary<string, SyntaxNode?> letSyntax = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<(string Name, BarContext Context), BoundValue?> lets = []; // null while under work
    private readonly Dictionary<string, ExpressionException> wrong = new(StringComparer.OrdinalIgnoreCase);

    private DeclarationBinder(StrategyDeclaration declaration, List<DeclarationError> errors)
    {
        (this.declaration, this.errors) = (declaration, errors);
        parameters = [.. declaration.Parameters.Keys];
        binder = new ExpressionBinder(parameters, Let, [.. declaration.Let.Keys]);
    }

    /// <summary>Binds a declaration.</summary>
    /// <param name="declaration">What was given.</param>
    /// <param name="errors">Gets all that is wrong.</param>
    /// <returns>The rules; null where anything is wrong.</returns>
    public static BoundStrategy? Bind(StrategyDeclaration declaration, List<DeclarationError> errors)
    {
        int before = errors.Count;
        BoundStrategy bound = new DeclarationBinder(declaration, errors).Bind();
        return errors.Count == before ? bound : null;
    }

    private BoundStrategy Bind()
    {
        CheckNames();
        foreach ((string name, string text) in declaration.Let)
            letSyntax.TryAdd(name, Parse($"let.{name}", text));
        foreach (string name in declaration.Let.Keys)
            Report($"let.{name}", declaration.Let[name], () => Let(name, binder.Sources.Base)?.Node);

        BoundStrategy bound = new()
        {
            Parameters = parameters,
            EntryLong = Condition("entry.long", declaration.EntryLong),
            EntryShort = Condition("entry.short", declaration.EntryShort),
            ExitLong = Condition("exit.long", declaration.ExitLong),
            ExitShort = Condition("exit.short", declaration.ExitShort),
            Require = Expression("require", declaration.Require, Reach.Constant, isTruth: true),
            Limit = Level("limit", declaration.Limit, allowsPrice: true),
            Stop = Level("stop", declaration.Stop, allowsPrice: true),
            GoodForBars = declaration.GoodForBars,
            StopLoss = Level("stop_loss", declaration.StopLoss, allowsPrice: true),
            TakeProfit = Level("take_profit", declaration.TakeProfit, allowsPrice: true),
            TrailingStop = Level("trailing_stop", declaration.TrailingStop, allowsPrice: false),
            Size = declaration.Size is { } size ? Expression("size", size.Expression, Reach.Side, isTruth: false) : null,
            SizeKind = declaration.Size?.Kind ?? default,
            MaxOpen = declaration.MaxOpen,
            BarLength = Length(),
            Sources = binder.Sources,
            Checks = binder.Checks,
        };
        if (bound.EntryLong is null && bound.EntryShort is null && errors.Count == 0)
            Fail("entry", "is missing", "Give at least one of entry.long and entry.short, a condition.");
        if (declaration.Size?.Kind == SizeKind.Risk && declaration.StopLoss is null && declaration.TrailingStop is null)
            Fail("size.risk", "needs a stop", "Give stop_loss or trailing_stop: without one there is no risk to size by.");
        if (declaration.GoodForBars is < 1 or > MostBars)
            Fail("good_for_bars", $"is {declaration.GoodForBars}", $"Give a number of bars from 1 to {MostBars}.");
        else if (declaration.GoodForBars > 1 && declaration.Limit is null && declaration.Stop is null)
            Fail("good_for_bars", $"is {declaration.GoodForBars}, and entries fill at the market", "Give limit or stop, the price for which an entry waits, or leave it out.");
        if (declaration.MaxOpen is < 1 or > 1_000)
            Fail("max_open", $"is {declaration.MaxOpen}", "Give a number of trades from 1 to 1000.");
        return bound;
    }

    private void CheckNames()
    {
        if (parameters.Length > MostNames)
            Fail("params", $"has {parameters.Length} names", $"Give at most {MostNames}.");
        if (declaration.Let.Count > MostNames)
            Fail("let", $"has {declaration.Let.Count} names", $"Give at most {MostNames}.");
        HashSet<string> seen = new(StringComparer.OrdinalIgnoreCase);
        foreach (string field in parameters.Select(p => $"params.{p}").Concat(declaration.Let.Keys.Select(n => $"let.{n}")))
        {
            string name = field[(field.IndexOf('.', StringComparison.Ordinal) + 1)..];
            if (name.Length is 0 or > 40 || !(char.IsAsciiLetter(name[0]) || name[0] == '_') || !name.All(c => char.IsAsciiLetterOrDigit(c) || c == '_'))
                Fail(field, "is no name", "Give 1 to 40 letters, digits and _, a letter first.");
            else if (Words.IsTaken(name))
                Fail(field, "has a name that the language uses itself", "Choose another one.");
            else if (!seen.Add(name))
                Fail(field, "has a name that is taken", "Parameters and let share their names, whatever the case; choose another one.");
        }

        foreach ((string name, double value) in declaration.Parameters.Where(p => !double.IsFinite(p.Value)))
            Fail($"params.{name}", $"is {value}", "Give a finite number.");
        foreach ((string name, (double least, double most)) in declaration.Ranges)
        {
            if (!declaration.Parameters.ContainsKey(name))
                Fail($"ranges.{name}", "belongs to no parameter", $"Give one of {string.Join(", ", parameters)}.");
            else if (!(least <= most && double.IsFinite(least) && double.IsFinite(most)))
                Fail($"ranges.{name}", FormattableString.Invariant($"is {least} to {most}"), "Give two finite numbers, the smaller one first.");
        }
    }

    private long? Length()
    {
        if (declaration.Interval is not { } text)
            return null;
        if (BarInterval.Parse(text) is { } interval)
            return interval.Length;
        Fail("interval", $"is '{text}'", "Give the length of the bars, for instance 1h.");
        return null;
    }

    private BoundLevel? Level(string field, DeclaredLevel? level, bool allowsPrice)
    {
        if (level is null)
            return null;
        if (!allowsPrice && level.Kind == DeclaredLevelKind.Price)
            Fail(field, "is a price", "Give the distance at which the stop follows, as a distance or in percent.");
        string longField = level.Short is null ? field : $"{field}.long";
        Node? ofLong = Expression(longField, level.Expression, Reach.Side, isTruth: false);
        if (level.Kind == DeclaredLevelKind.Price && ofLong?.Reach == Reach.Constant)
            Fail(longField, $"is '{level.Expression}', the same price at all times", "Give a price that follows the market, such as \"close - 2 * atr(14)\", or {\"percent\": 2} or {\"distance\": \"2 * atr(14)\"}.");
        return ofLong is null ? null : new BoundLevel(level.Kind, ofLong, level.Short is null ? ofLong : Expression($"{field}.short", level.Short, Reach.Side, isTruth: false) ?? ofLong);
    }

    private Node? Condition(string field, string? text) => Expression(field, text, Reach.Trades, isTruth: true);

    private Node? Expression(string field, string? text, Reach most, bool isTruth)
    {
        if (text is null || Parse(field, text) is not { } syntax)
            return null;
        return Report(field, text, () =>
        {
            Node node = binder.Single(binder.Bind(syntax, binder.Sources.Base), syntax.At);
            node = isTruth ? ExpressionBinder.Truth(node, syntax.At) : ExpressionBinder.Number(node, syntax.At);
            if (node.Reach > most)
                throw new ExpressionException(syntax.At, most == Reach.Constant ? "Only numbers and parameters may stand here." : "entry_price, bars_since_entry and open_trades are not known before the entry fills; only side is.");
            return node;
        });
    }

    private SyntaxNode? Parse(string field, string text)
    {
        try
        {
            return ExpressionGrammar.Parse(text);
        }
        catch (ExpressionException e)
        {
            errors.Add(DeclarationError.At(field, text, e.At, e.Message));
            return null;
        }
    }

    private Node? Report(string field, string text, Func<Node?> bind)
    {
        binder.Field = field;
        try
        {
            Node? node = bind();
            return node is null || node.Size <= ExpressionBinder.LargestExpression ? node
                : throw new ExpressionException(0, $"Written out it has more than {ExpressionBinder.LargestExpression} operations; make it simpler.");
        }
        catch (ExpressionException e) when (e.At < 0)
        {
            return null; // a let that it uses is wrong, which is reported there
        }
        catch (ExpressionException e)
        {
            errors.Add(DeclarationError.At(field, text, e.At, e.Message));
            return null;
        }
    }

    private BoundValue? Let(string name, BarContext context)
    {
        if (!letSyntax.TryGetValue(name, out SyntaxNode? syntax))
            return null;
        bool isItself = binder.Field.Equals($"let.{name}", StringComparison.OrdinalIgnoreCase);
        if (syntax is null || (!isItself && wrong.ContainsKey(name)))
            throw new ExpressionException(-1, name);
        if (wrong.TryGetValue(name, out ExpressionException? known))
            throw known;
        (string, BarContext) key = (name.ToLowerInvariant(), context);
        if (lets.TryGetValue(key, out BoundValue? found))
            return found ?? throw new ExpressionException(syntax.At, $"{name} is made from itself, at once or through other names.");

        string field = binder.Field;
        (lets[key], binder.Field) = (null, $"let.{name}");
        try
        {
            return lets[key] = binder.Bind(syntax, context);
        }
        catch (ExpressionException e) when (e.At >= 0 && context.Interval is null)
        {
            wrong[name] = e;
            throw isItself ? e : new ExpressionException(-1, name);
        }
        finally
        {
            binder.Field = field;
            if (lets[key] is null)
                lets.Remove(key);
        }
    }

    private void Fail(string field, string problem, string remedy) => errors.Add(new DeclarationError(field, 0, problem, remedy));
}
