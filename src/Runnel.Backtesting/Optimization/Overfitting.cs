using Runnel.Numerics;

namespace Runnel.Backtesting;

/// <summary>How much of a result is likely luck, given that the best of many trials was picked.</summary>
public static class Overfitting
{
    /// <summary>Sharpe ratio per return, not annualized: mean / sample standard deviation (divisor n - 1), 0 where that is 0.</summary>
    /// <param name="returns">Simple returns as fractions.</param>
    /// <returns>The ratio; 0 for fewer than two returns.</returns>
    public static double SharpePerReturn(ReadOnlySpan<double> returns)
    {
        if (returns.Length < 2)
            return 0;
        double mean = Mean(returns), squares = 0;
        foreach (double value in returns)
            squares += (value - mean) * (value - mean);
        double deviation = Math.Sqrt(squares / (returns.Length - 1));
        return deviation > 0 ? mean / deviation : 0;
    }

    /// <summary>Skewness and kurtosis (not excess) with population moments.</summary>
    /// <param name="returns">Simple returns as fractions.</param>
    /// <returns>Both; NaN where all returns are the same.</returns>
    public static (double Skewness, double Kurtosis) Shape(ReadOnlySpan<double> returns)
    {
        double mean = Mean(returns), second = 0, third = 0, fourth = 0;
        foreach (double value in returns)
        {
            double d = value - mean, square = d * d;
            second += square;
            third += square * d;
            fourth += square * square;
        }

        int n = returns.Length;
        (second, third, fourth) = (second / n, third / n, fourth / n);
        return (third / Math.Pow(second, 1.5), fourth / (second * second));
    }

    /// <summary>Probability that the true Sharpe ratio exceeds a benchmark:
    /// Phi((SR - SR0) * sqrt(T - 1) / sqrt(1 - g3 * SR + (g4 - 1) / 4 * SR^2)) with skewness g3 and kurtosis g4.</summary>
    /// <param name="returns">Simple returns as fractions, T of them.</param>
    /// <param name="benchmark">SR0, per return like the ratio itself.</param>
    /// <returns>From 0 to 1; NaN where all returns are the same.</returns>
    /// <remarks>Source: D. H. Bailey and M. Lopez de Prado, The Sharpe Ratio Efficient Frontier, Journal of Risk 15(2), 2012.</remarks>
    public static double ProbabilisticSharpe(ReadOnlySpan<double> returns, double benchmark)
    {
        (double skewness, double kurtosis) = Shape(returns);
        return ProbabilisticSharpe(SharpePerReturn(returns), benchmark, returns.Length, skewness, kurtosis);
    }

    /// <summary>The same for returns of which only the moments were kept.</summary>
    /// <param name="ratio">SR, per return.</param>
    /// <param name="benchmark">SR0, per return.</param>
    /// <param name="count">T, how many returns.</param>
    /// <param name="skewness">g3.</param>
    /// <param name="kurtosis">g4, not excess: 3 for normal returns.</param>
    /// <returns>From 0 to 1; NaN where a moment is.</returns>
    public static double ProbabilisticSharpe(double ratio, double benchmark, int count, double skewness, double kurtosis)
    {
        double error = Math.Sqrt(1 - skewness * ratio + (kurtosis - 1) / 4 * ratio * ratio);
        return Normal.Cumulative((ratio - benchmark) * Math.Sqrt(count - 1) / error);
    }

    /// <summary>Sharpe ratio that the best of N trials without any skill is expected to show:
    /// sqrt(V) * ((1 - e) * Phi^-1(1 - 1 / N) + e * Phi^-1(1 - 1 / (N * 2.718...))) with the Euler-Mascheroni constant e.</summary>
    /// <param name="ratios">Sharpe ratio per return of each trial; V is their variance (divisor N - 1).</param>
    /// <returns>A ratio per return; 0 for fewer than two trials.</returns>
    /// <remarks>Source: D. H. Bailey and M. Lopez de Prado, The Deflated Sharpe Ratio, Journal of Portfolio Management 40(5), 2014.</remarks>
    public static double ExpectedBestSharpe(ReadOnlySpan<double> ratios) => ratios.Length < 2 ? 0 : ExpectedBestSharpe(ratios.Length, Variance(ratios));

    /// <summary>The same for a search that kept the number of its trials and the variance of their ratios only.</summary>
    /// <param name="trials">N.</param>
    /// <param name="variance">V, of Sharpe ratios per return.</param>
    /// <returns>A ratio per return; 0 for fewer than two trials.</returns>
    public static double ExpectedBestSharpe(int trials, double variance)
    {
        const double EulerMascheroni = 0.577215664901532860606512;
        return trials < 2 ? 0 : Math.Sqrt(variance) * ((1 - EulerMascheroni) * Normal.Inverse(1 - 1.0 / trials)
            + EulerMascheroni * Normal.Inverse(1 - 1 / (trials * Math.E)));
    }

    /// <summary>Variance with the divisor n - 1.</summary>
    /// <param name="values">At least two numbers.</param>
    /// <returns>The variance; NaN for fewer than two.</returns>
    public static double Variance(ReadOnlySpan<double> values)
    {
        double mean = Mean(values), squares = 0;
        foreach (double value in values)
            squares += (value - mean) * (value - mean);
        return values.Length < 2 ? double.NaN : squares / (values.Length - 1);
    }

    private static double Mean(ReadOnlySpan<double> values)
    {
        double sum = 0;
        foreach (double value in values)
            sum += value;
        return sum / values.Length;
    }
}
