namespace Runnel.Backtesting;

/// <summary>Picks the best of several runs.</summary>
public static class Ranking
{
    /// <summary>The best run; the earlier one on a tie. A run whose figure is undefined is never better than one that has it.</summary>
    /// <param name="rows">At least one run.</param>
    /// <param name="objective">What to compare.</param>
    /// <returns>Its index.</returns>
    /// <exception cref="ArgumentException">There is no run.</exception>
    public static int Best(IReadOnlyList<GridRow> rows, Objective objective)
    {
        if (rows.Count == 0)
            throw new ArgumentException("There is no run to pick from.", nameof(rows));
        int best = 0;
        for (int i = 1; i < rows.Count; i++)
        {
            if (Score(rows[i].Statistics, objective) > Score(rows[best].Statistics, objective))
                best = i;
        }

        return best;
    }

    /// <summary>What is compared: the higher the better.</summary>
    /// <param name="statistics">Figures of a run.</param>
    /// <param name="objective">Which of them counts.</param>
    /// <returns>The figure; negative infinity where it is undefined.</returns>
    public static double Score(BacktestStatistics statistics, Objective objective) => objective switch
    {
        Objective.FinalEquity => statistics.FinalEquity,
        Objective.Sharpe => statistics.Sharpe,
        Objective.Sortino => statistics.Sortino,
        Objective.Calmar => statistics.Calmar,
        Objective.ProfitFactor => statistics.ProfitFactor,
        Objective.Sqn => statistics.Sqn,
        Objective.LowestDrawdown => -statistics.MaxDrawdownPercent,
        _ => throw new BacktestInputException("objective", objective, $"Give one of {string.Join(", ", Enum.GetNames<Objective>())}."),
    } ?? double.NegativeInfinity;
}
