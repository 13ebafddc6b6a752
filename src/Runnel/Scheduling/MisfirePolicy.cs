namespace Runnel;

/// <summary>What becomes of fire times that no worker was there for, older than <see cref="Schedule.MisfireGrace"/>.</summary>
public sealed record MisfirePolicy
{
    private const int Highest = 1000;

    private MisfirePolicy(int most) => Most = most;

    /// <summary>They pass.</summary>
    public static MisfirePolicy Skip { get; } = new(0);

    /// <summary>One task for all of them, with the latest one's time.</summary>
    public static MisfirePolicy Once { get; } = new(1);

    /// <summary>Tasks made up for at most: 0 for <see cref="Skip"/>, 1 for <see cref="Once"/>.</summary>
    public int Most { get; }

    /// <summary>A task for each of them, the oldest first; where there are more, for the latest ones.</summary>
    /// <param name="most">How many at most, 1 to 1,000.</param>
    /// <exception cref="ArgumentOutOfRangeException">It is not in 1 to 1,000.</exception>
    public static MisfirePolicy All(int most)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(most, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(most, Highest);
        return new MisfirePolicy(most);
    }

    internal static MisfirePolicy FromWire(int most) => new(Math.Clamp(most, 0, Highest));
}
