namespace Runnel.Backtesting;

/// <summary>How often the best trial in one half of the time is below the middle in the other half: combinatorially symmetric
/// cross-validation.</summary>
/// <remarks>Source: D. H. Bailey, J. M. Borwein, M. Lopez de Prado and Q. J. Zhu, The Probability of Backtest Overfitting, Journal of
/// Computational Finance 20(4), 2017.</remarks>
public sealed class CrossValidation
{
    private CrossValidation(double[] logits) => Logits = logits;

    /// <summary>For each choice of blocks, in lexicographic order: ln(w / (1 - w)) with w the out-of-sample rank of the in-sample best
    /// trial (ascending, average rank on a tie) / (N + 1).</summary>
    public IReadOnlyList<double> Logits { get; }

    /// <summary>Probability of backtest overfitting: the share of logits at or below 0.</summary>
    public double Probability => (double)Logits.Count(l => l <= 0) / Logits.Count;

    /// <summary>Cuts time into equal blocks (what is left over at the end is not used) and takes every choice of half of them as the sample.</summary>
    /// <param name="returns">For each trial its daily returns, all of one length; trials rank by Sharpe ratio, the first on a tie.</param>
    /// <param name="blocks">An even number from 2 to 16. 8 gives 70 choices, 16 gives 12,870.</param>
    /// <returns>The logits and their share.</returns>
    /// <exception cref="BacktestInputException">The number of blocks is odd or out of range, there are fewer than two trials, or fewer returns
    /// than two for each block.</exception>
    public static CrossValidation Run(IReadOnlyList<IReadOnlyList<double>> returns, int blocks = 8)
    {
        if (blocks is < 2 or > 16 || blocks % 2 != 0)
            throw new BacktestInputException("blocks", blocks, "Give an even number from 2 to 16.");
        if (returns.Count < 2)
            throw new BacktestInputException("returns", returns.Count, "Give at least two trials to pick from.");
        int length = returns[0].Count / blocks;
        if (length < 2 || returns.Any(r => r.Count != returns[0].Count))
            throw new BacktestInputException("returns", returns[0].Count, $"Give trials of one length, at least {2 * blocks} returns each.");

        Spread[][] parts = [.. returns.Select(r => Split(r, blocks, length))];
        List<double> logits = [];
        double[] inside = new double[returns.Count], outside = new double[returns.Count];
        foreach (int chosen in Choices(blocks))
        {
            for (int trial = 0; trial < parts.Length; trial++)
                (inside[trial], outside[trial]) = (Ratio(parts[trial], chosen), Ratio(parts[trial], ~chosen));
            double rank = Rank(outside, Array.IndexOf(inside, inside.Max())) / (returns.Count + 1);
            logits.Add(Math.Log(rank / (1 - rank)));
        }

        return new CrossValidation([.. logits]);
    }

    private static Spread[] Split(IReadOnlyList<double> returns, int blocks, int length)
    {
        Spread[] parts = new Spread[blocks];
        for (int i = 0; i < blocks * length; i++)
            parts[i / length] = parts[i / length].With(returns[i]);
        return parts;
    }

    private static double Ratio(Spread[] parts, int chosen)
    {
        Spread all = default;
        for (int block = 0; block < parts.Length; block++)
        {
            if ((chosen >> block & 1) != 0)
                all = all.With(parts[block]);
        }

        double deviation = Math.Sqrt(all.Squares / (all.Count - 1));
        return deviation > 0 ? all.Mean / deviation : 0;
    }

    private static double Rank(double[] values, int of)
    {
        int below = values.Count(v => v < values[of]), equal = values.Count(v => v == values[of]);
        return below + (equal + 1) / 2.0;
    }

    // Bit b stands for block b; lexicographic by the list of blocks chosen.
    private static IEnumerable<int> Choices(int blocks)
    {
        int[] chosen = [.. Enumerable.Range(0, blocks / 2)];
        while (true)
        {
            yield return chosen.Sum(block => 1 << block);
            int i = chosen.Length - 1;
            while (i >= 0 && chosen[i] == blocks - chosen.Length + i)
                i--;
            if (i < 0)
                yield break;
            chosen[i]++;
            for (int k = i + 1; k < chosen.Length; k++)
                chosen[k] = chosen[k - 1] + 1;
        }
    }

    // Mean and squares around it, merged without cancellation (T. F. Chan and others, 1979): blocks without a trade stay exactly 0.
    private readonly record struct Spread(int Count, double Mean, double Squares)
    {
        public Spread With(double value) => With(new Spread(1, value, 0));

        public Spread With(Spread other)
        {
            int count = Count + other.Count;
            double distance = other.Mean - Mean;
            return new Spread(count, Mean + distance * other.Count / count, Squares + other.Squares + distance * distance * Count * other.Count / count);
        }
    }
}
