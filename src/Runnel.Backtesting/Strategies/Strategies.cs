namespace Runnel.Backtesting;

/// <summary>The catalogue of built-in strategies.</summary>
public static class Strategies
{
    private static readonly StrategyInfo[] Catalogue =
    [
        .. CrossStrategies.All,
        .. RsiStrategies.All,
        .. ChannelStrategies.All,
        .. TrendStrategies.All,
        .. AccumulationStrategies.All,
    ];

    private static readonly Dictionary<string, StrategyInfo> ByLooseName = Index();

    /// <summary>Every built-in strategy.</summary>
    public static IReadOnlyList<StrategyInfo> All => Catalogue;

    /// <summary>Looks a strategy up.</summary>
    /// <param name="name">Its name or an alias; case, separators and the word "strategy" do not matter.</param>
    /// <returns>The strategy.</returns>
    /// <exception cref="BacktestInputException">There is none of that name; the message lists what there is.</exception>
    public static StrategyInfo Find(string name) => ByLooseName.TryGetValue(LooseName.OfStrategy(name), out StrategyInfo? info)
        ? info
        : throw new BacktestInputException("strategy", $"'{name}'", $"Give one of: {string.Join(", ", Catalogue.Select(s => s.Name))}.");

    /// <summary>Makes a strategy ready to run.</summary>
    /// <param name="name">As for <see cref="Find"/>.</param>
    /// <param name="parameters">Numbers by name, for instance <c>fast</c> or <c>fast_period</c>; null or empty for all defaults.</param>
    /// <returns>The strategy.</returns>
    /// <exception cref="BacktestInputException">The strategy is unknown, or a parameter is unknown, missing, given twice, out of its range,
    /// or does not go with another; the field is <c>strategy</c> or <c>params.NAME</c>.</exception>
    public static Strategy Create(string name, IReadOnlyDictionary<string, double>? parameters = null)
    {
        StrategyInfo info = Find(name);
        ParameterValues values = new(Resolve(info, parameters ?? new Dictionary<string, double>()));
        info.Check?.Invoke(values);
        return new Strategy(info, values);
    }

    /// <summary>As <see cref="Create"/>, but null where single parameters are fine and only their combination is not (fast not below slow).</summary>
    /// <param name="name">As for <see cref="Find"/>.</param>
    /// <param name="parameters">As for <see cref="Create"/>.</param>
    /// <returns>The strategy, or null.</returns>
    /// <exception cref="BacktestInputException">The strategy is unknown, or a parameter is wrong by itself.</exception>
    public static Strategy? TryCombine(string name, IReadOnlyDictionary<string, double> parameters)
    {
        StrategyInfo info = Find(name);
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
                    $"Remove it: {info.Name} takes {(info.Parameters.Count == 0 ? "no parameters" : string.Join(", ", info.Parameters.Select(p => p.Name)))}.");
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

        return values;
    }

    /// <summary>The parameter that a name means.</summary>
    /// <param name="info">The strategy.</param>
    /// <param name="name">Its name or an alias, loosely.</param>
    /// <returns>The parameter; null where there is none of that name.</returns>
    public static StrategyParameter? FindParameter(StrategyInfo info, string name) => info.Parameters.FirstOrDefault(p => IsCalled(p, name));

    private static bool IsCalled(StrategyParameter parameter, string name)
    {
        string loose = LooseName.OfParameter(name);
        return LooseName.OfParameter(parameter.Name) == loose || parameter.Aliases.Any(alias => LooseName.OfParameter(alias) == loose);
    }

    private static Dictionary<string, StrategyInfo> Index()
    {
        Dictionary<string, StrategyInfo> index = [];
        foreach (StrategyInfo info in Catalogue)
        {
            foreach (string name in info.Aliases.Prepend(info.Title).Prepend(info.Name))
                index[LooseName.OfStrategy(name)] = info;
        }

        return index;
    }
}
