using Runnel.Backtesting;
using Runnel.Numerics;

namespace Runnel.Optimization;

/// <summary>What the best of many trials shows by luck alone, before any data are looked at: for trials without an edge, with independent returns.
/// </summary>
/// <remarks>Where the trials' own ratios are at hand, <see cref="Overfitting.ExpectedBestSharpe(ReadOnlySpan{double})"/> takes their spread instead; trials
/// that resemble one another count as fewer.</remarks>
public static class Luck
{
    /// <summary>Sharpe ratio that the best of so many trials is expected to show: E[max of N standard normals] / sqrt(years).</summary>
    /// <param name="trials">How many were tried, at least 1.</param>
    /// <param name="years">Length of the backtest, above 0.</param>
    /// <returns>Annualized; 0 for one trial.</returns>
    /// <exception cref="BacktestInputException">An argument is out of range.</exception>
    /// <remarks>Source: D. H. Bailey, J. M. Borwein, M. Lopez de Prado and Q. J. Zhu, Pseudo-Mathematics and Financial Charlatanism, Notices of the AMS
    /// 61(5), 2014, proposition 1.</remarks>
    public static double BestSharpe(int trials, double years)
    {
        InputCheck.AtLeast("trials", trials, 1);
        InputCheck.Within("years", years, 1e-6, 1e6);
        return Overfitting.ExpectedBestSharpe(trials, 1) / Math.Sqrt(years);
    }

    /// <summary>Shortest backtest in which the best of so many trials is not expected to reach a Sharpe ratio by luck.</summary>
    /// <param name="trials">How many were tried, at least 1.</param>
    /// <param name="sharpe">The annualized Sharpe ratio, above 0.</param>
    /// <returns>Years; 0 for one trial.</returns>
    /// <exception cref="BacktestInputException">An argument is out of range.</exception>
    /// <remarks>Source: as above, theorem 1 (minimum backtest length).</remarks>
    public static double MinimumYears(int trials, double sharpe)
    {
        InputCheck.AtLeast("trials", trials, 1);
        InputCheck.Within("sharpe", sharpe, 1e-6, 1e6);
        double best = Overfitting.ExpectedBestSharpe(trials, 1) / sharpe;
        return best * best;
    }

    /// <summary>How many returns it takes to say with some confidence that the true Sharpe ratio exceeds a benchmark:
    /// 1 + (1 - g3 SR + (g4 - 1) / 4 SR^2) (z / (SR - SR0))^2.</summary>
    /// <param name="sharpe">The ratio seen, per return (not annualized).</param>
    /// <param name="benchmark">The ratio to exceed, per return.</param>
    /// <param name="skewness">Skewness g3 of the returns; 0 for normal ones.</param>
    /// <param name="kurtosis">Kurtosis g4 of the returns, not excess; 3 for normal ones.</param>
    /// <param name="confidence">From above 0.5 to below 1.</param>
    /// <returns>How many; infinite where the ratio does not exceed the benchmark.</returns>
    /// <exception cref="BacktestInputException">The confidence is out of range.</exception>
    /// <remarks>Source: D. H. Bailey and M. Lopez de Prado, The Sharpe Ratio Efficient Frontier, Journal of Risk 15(2), 2012 (minimum track record length).</remarks>
    public static double MinimumReturns(double sharpe, double benchmark = 0, double skewness = 0, double kurtosis = 3, double confidence = 0.95)
    {
        InputCheck.Within("confidence", confidence, 0.501, 0.999999);
        if (!(sharpe > benchmark))
            return double.PositiveInfinity;
        double z = Normal.Inverse(confidence) / (sharpe - benchmark);
        return 1 + (1 - skewness * sharpe + (kurtosis - 1) / 4 * sharpe * sharpe) * z * z;
    }
}
