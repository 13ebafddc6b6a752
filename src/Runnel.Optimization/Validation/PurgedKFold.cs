using Runnel.Backtesting;

namespace Runnel.Optimization;

/// <summary>Cuts a range of bars into folds of which each is the test once and the others train, with gaps where what happens in the one is known in
/// the other.</summary>
/// <remarks>Source: M. Lopez de Prado, Advances in Financial Machine Learning, Wiley 2018, chapter 7.</remarks>
public static class PurgedKFold
{
    /// <summary>The folds in order of time.</summary>
    /// <param name="bars">How many bars there are.</param>
    /// <param name="folds">How many folds, at least 2.</param>
    /// <param name="purge">Bars left out of training on each side of the test: those that a trade or an indicator reaches across.</param>
    /// <param name="embargo">Further bars left out of training after the test, for what fades slowly; about 1 % of the bars is usual.</param>
    /// <returns>The folds; their tests cover all bars once.</returns>
    /// <exception cref="BacktestInputException">An argument is out of range, or some fold has nothing left to train on.</exception>
    public static IReadOnlyList<PurgedFold> Split(int bars, int folds = 5, int purge = 0, int embargo = 0)
    {
        InputCheck.AtLeast("folds", folds, 2);
        InputCheck.AtLeast("purge", purge, 0);
        InputCheck.AtLeast("embargo", embargo, 0);
        InputCheck.AtLeast("bars", bars, folds);
        List<PurgedFold> made = [];
        for (int i = 0; i < folds; i++)
        {
            int first = (int)((long)bars * i / folds), last = (int)((long)bars * (i + 1) / folds);
            List<(int First, int Last)> train = [];
            if (first - purge > 0)
                train.Add((0, first - purge));
            if ((long)last + purge + embargo < bars)
                train.Add((last + purge + embargo, bars));
            if (train.Count == 0)
            {
                throw new BacktestInputException("purge", purge,
                    $"Give less for purge and embargo, or fewer folds: of {bars} bars none are left to train for the test of bars {first} to {last - 1}.");
            }

            made.Add(new PurgedFold(first, last, train));
        }

        return made;
    }
}
