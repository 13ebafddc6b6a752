using Runnel.Shared;

namespace Runnel.Backtesting;

/// <summary>The catalogue of strategies that have a name.</summary>
public static class Strategies
{
    private static readonly StrategyInfo[] BuiltIn =
    [
        .. CrossStrategies.All,
        .. RsiStrategies.All,
        .. ChannelStrategies.All,
        .. TrendStrategies.All,
        .. AccumulationStrategies.All,
    ];

    private static readonly Lock Registering = new();
    private static volatile StrategyInfo[] catalogue = BuiltIn;
    private static volatile Dictionary<string, StrategyInfo> byLooseName = Index(BuiltIn);

    /// <summary>Every strategy that has a name: the built-in ones, then those registered.</summary>
    public static IReadOnlyList<StrategyInfo> All => catalogue;

    /// <summary>Makes a strategy known by its name in this process, for instance one of a plug-in. Call it at start: what is registered stays.</summary>
    /// <param name="info">From <see cref="CustomStrategy.Describe"/> or <see cref="DeclaredStrategy.Compile"/>.</param>
    /// <exception cref="BacktestInputException">There is one of that name.</exception>
    public static void Register(StrategyInfo info)
    {
        lock (Registering)
        {
            if (byLooseName.TryGetValue(LooseName.OfStrategy(info.Name), out StrategyInfo? known))
                throw new BacktestInputException("strategy", $"'{info.Name}'", $"Choose another name: {known.Name} is known, and case and separators do not tell names apart.");
            StrategyInfo[] more = [.. catalogue, info];
            byLooseName = Index(more);
            catalogue = more;
        }
    }

    /// <summary>Looks a strategy up.</summary>
    /// <param name="name">Its name or an alias; case, separators and the word "strategy" do not matter.</param>
    /// <returns>The strategy.</returns>
    /// <exception cref="BacktestInputException">There is none of that name; the message lists what there is.</exception>
    public static StrategyInfo Find(string name) => byLooseName.TryGetValue(LooseName.OfStrategy(name), out StrategyInfo? info)
        ? info
        : throw new BacktestInputException("strategy", $"'{name}'", $"Give one of: {string.Join(", ", catalogue.Select(s => s.Name))}.{Spelling.Hint(name, catalogue.Select(s => s.Name))}");

    /// <summary>Makes a strategy ready to run.</summary>
    /// <param name="name">As for <see cref="Find"/>.</param>
    /// <param name="parameters">Numbers by name, for instance <c>fast</c> or <c>fast_period</c>; null or empty for all defaults.</param>
    /// <returns>The strategy.</returns>
    /// <exception cref="BacktestInputException">The strategy is unknown, or a parameter is unknown, missing, given twice, out of its range,
    /// or does not go with another; the field is <c>strategy</c> or <c>params.NAME</c>.</exception>
    public static Strategy Create(string name, IReadOnlyDictionary<string, double>? parameters = null) => Make(Find(name), parameters);

    internal static Strategy Make(StrategyInfo info, IReadOnlyDictionary<string, double>? parameters)
    {
        ParameterValues values = new(Resolve(info, parameters ?? new Dictionary<string, double>()));
        info.Check?.Invoke(values);
        return new Strategy(info, values);
    }

    internal static Strategy? TryMake(StrategyInfo info, IReadOnlyDictionary<string, double> parameters)
    {
        ParameterValues values = new(Resolve(info, parameters));
        try
        {
            info.Check?.Invoke(values);
        }
        catch (BacktestInputException)
        {
            return null;
        }

        return new Strategy(info, values);
    }

    private static Dictionary<string, double> Resolve(StrategyInfo info, IReadOnlyDictionary<string, double> given)
    {
        Dictionary<string, (string As, double Value)> found = [];
        foreach ((string name, double value) in given)
        {
            StrategyParameter parameter = FindParameter(info, name)
                ?? throw new BacktestInputException($"params.{name}", value,
                    $"Remove it: {info.Name} takes {(info.Parameters.Count == 0 ? "no parameters" : string.Join(", ", info.Parameters.Select(p => p.Name)))}.{Spelling.Hint(name, info.Parameters.Select(p => p.Name))}");
            if (!found.TryAdd(parameter.Name, (name, value)))
                throw new BacktestInputException($"params.{name}", value, $"Remove it or {found[parameter.Name].As}: both mean {parameter.Name}.");
        }

        Dictionary<string, double> values = [];
        foreach (StrategyParameter parameter in info.Parameters)
        {
            bool isGiven = found.TryGetValue(parameter.Name, out (string As, double Value) entry);
            if (!isGiven && parameter.IsRequired && found.Count > 0)
            {
                throw new BacktestInputException($"params.{parameter.Name}", null,
                    $"Give it too, for instance {parameter.Default}: {parameter.Description}");
            }

            values[parameter.Name] = isGiven ? entry.Value : parameter.Default;
            parameter.Check(values[parameter.Name]);
        }

        info.CheckValues?.Invoke(new ParameterValues(values));
        return values;
    }

    /// <summary>The parameter that a name means.</summary>
    /// <param name="info">The strategy.</param>
    /// <param name="name">Its name or an alias, loosely.</param>
    /// <returns>The parameter; null where there is none of that name.</returns>
    public static StrategyParameter? FindParameter(StrategyInfo info, string name) =>
        info.Parameters.FirstOrDefault(p => p.Name == name) ?? info.Parameters.FirstOrDefault(p => IsCalled(p, name));

    private static bool IsCalled(StrategyParameter parameter, string name)
    {
        string loose = LooseName.OfParameter(name);
        return LooseName.OfParameter(parameter.Name) == loose || parameter.Aliases.Any(alias => LooseName.OfParameter(alias) == loose);
    }

    private static Dictionary<string, StrategyInfo> Index(StrategyInfo[] catalogue)
    {
        Dictionary<string, StrategyInfo> index = [];
        foreach (StrategyInfo info in catalogue)
        {
            foreach (string name in info.Aliases.Prepend(info.Title).Prepend(info.Name))
                index.TryAdd(LooseName.OfStrategy(name), info); // the older one keeps a title that a plug-in uses too
        }

        return index;
    }
}
