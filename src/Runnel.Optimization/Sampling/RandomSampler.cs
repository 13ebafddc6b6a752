using Runnel.Numerics;

namespace Runnel.Optimization;

/// <summary>Independent points, each parameter uniform over its range (or its logarithm). Points may repeat where values are few.</summary>
/// <remarks>Source: J. Bergstra and Y. Bengio, Random Search for Hyper-Parameter Optimization, Journal of Machine Learning Research 13, 2012.</remarks>
/// <param name="space">What may be tried.</param>
/// <param name="seed">Another seed, other points.</param>
public sealed class RandomSampler(ParameterSpace space, ulong seed = 0) : IndexedSampler(space)
{
    /// <inheritdoc/>
    public override int Count => int.MaxValue;

    private protected override Point PointAt(int number)
    {
        Xoshiro random = new(Streams.Of(seed, number));
        return Space.Draw(ref random);
    }
}
