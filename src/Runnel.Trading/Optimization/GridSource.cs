using Runnel.Backtesting;

namespace Runnel.Trading;

/// <summary>The cartesian product of lists of values, in the order of the parameters, the last one fastest.</summary>
internal sealed class GridSource(IReadOnlyList<ParameterAxis> axes, IReadOnlyDictionary<string, double> fixedParameters) : ITrialSource
{
    public long Count { get; } = axes.Aggregate(1L, (count, axis) => checked(count * axis.Values.Count));

    public IReadOnlyDictionary<string, double> At(long trial)
    {
        Dictionary<string, double> values = new(fixedParameters);
        for (int i = axes.Count - 1; i >= 0; i--)
        {
            IReadOnlyList<double> choices = axes[i].Values;
            values[axes[i].Name] = choices[(int)(trial % choices.Count)];
            trial /= choices.Count;
        }

        return values;
    }
}
