using System.Reflection;
using System.Runtime.ExceptionServices;
using System.Text.Json;

namespace Runnel.Backtesting;

/// <summary>Makes strategies in C# known by name and parameters, as the built-in ones are.</summary>
public static class CustomStrategy
{
    private const double LargestParameter = 1e12;

    /// <summary>Describes a strategy by its attributes and its constructor.</summary>
    /// <param name="type">A class that implements <see cref="IStrategy"/>.</param>
    /// <returns>What <see cref="Strategies.Register"/> takes. Each run makes an instance of its own.</returns>
    /// <exception cref="ArgumentException">The class cannot be made by name and parameters; the message says what to change.</exception>
    public static StrategyInfo Describe(Type type)
    {
        if (!typeof(IStrategy).IsAssignableFrom(type) || type.IsAbstract || type.ContainsGenericParameters)
            throw new ArgumentException($"{type.FullName} is no strategy: give a class that is not abstract or generic and implements {nameof(IStrategy)}.", nameof(type));
        ConstructorInfo[] constructors = type.GetConstructors();
        if (constructors.Length != 1)
            throw new ArgumentException($"{type.FullName} has {constructors.Length} public constructors; give it one, which takes its parameters.", nameof(type));

        ParameterInfo[] taken = constructors[0].GetParameters();
        StrategyParameter[] parameters = [.. taken.Select(p => Parameter(type, p))];
        StrategyAttribute? named = type.GetCustomAttribute<StrategyAttribute>();
        string name = named?.Name ?? SnakeCase(type.Name);
        return new StrategyInfo(name, named?.Title ?? name, named is { Summary.Length: > 0 } ? named.Summary : $"A strategy in C#: {type.FullName}.", parameters,
            (values, run) => run.Loop(new CustomRule(Make(constructors[0], taken, parameters, values), new StrategyContext(run.Klines, run.Account))));
    }

    private static StrategyParameter Parameter(Type type, ParameterInfo parameter)
    {
        bool isWhole = parameter.ParameterType == typeof(int);
        if (!isWhole && parameter.ParameterType != typeof(double))
            throw new ArgumentException($"{type.FullName} takes {parameter.Name} as {parameter.ParameterType.Name}; strategies take int and double.", nameof(type));
        if (!parameter.HasDefaultValue)
            throw new ArgumentException($"{type.FullName} takes {parameter.Name} without a default; give it one, for instance = 20.", nameof(type));

        ParameterAttribute? range = parameter.GetCustomAttribute<ParameterAttribute>();
        StrategyParameter made = new()
        {
            Name = SnakeCase(parameter.Name!),
            Description = range?.Description ?? "a number of the strategy.",
            Default = Convert.ToDouble(parameter.DefaultValue, System.Globalization.CultureInfo.InvariantCulture),
            Minimum = range?.Minimum ?? (isWhole ? int.MinValue : -LargestParameter),
            Maximum = range?.Maximum ?? (isWhole ? int.MaxValue : LargestParameter),
            IsInteger = isWhole,
        };
        if (!(made.Default >= made.Minimum && made.Default <= made.Maximum))
            throw new ArgumentException($"{type.FullName} gives {parameter.Name} the default {made.Default}, which is not in its range from {made.Minimum} to {made.Maximum}.", nameof(type));
        return made;
    }

    private static IStrategy Make(ConstructorInfo constructor, ParameterInfo[] taken, StrategyParameter[] parameters, ParameterValues values)
    {
        object[] arguments = [.. parameters.Select((p, i) => taken[i].ParameterType == typeof(int) ? (object)values.Int(p.Name) : values[p.Name])];
        try
        {
            return (IStrategy)constructor.Invoke(arguments);
        }
        catch (TargetInvocationException e)
        {
            ExceptionDispatchInfo.Throw(e.InnerException!); // what the constructor itself threw
            throw;
        }
    }

    private static string SnakeCase(string name) => JsonNamingPolicy.SnakeCaseLower.ConvertName(name);
}
