using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.LinearAlgebra.Double;
using MathNet.Numerics.LinearAlgebra.Factorization;
using Runnel.Numerics;

namespace Runnel.Optimization;

/// <summary>The distribution of one run of CMA-ES, and its update. Equations and constants are those of N. Hansen's tutorial (arXiv 1604.00772), named
/// as there.</summary>
internal sealed class CmaEsState
{
    private const double Smallest = 1e-9; // standard deviation, as a fraction of the range, at which a run has converged
    private readonly int n;
    private readonly double[] weights;
    private readonly double muEff, cSigma, dSigma, cC, c1, cMu, chiN;
    private readonly double[] pathSigma, pathC;
    private readonly Queue<double> bests = [];
    private double[] mean;
    private double sigma;
    private readonly Matrix<double> covariance;
    private Matrix<double> axes; // B
    private double[] lengths; // D
    private int generations;

    public CmaEsState(double[] mean, double sigma, int population)
    {
        n = mean.Length;
        (this.mean, this.sigma, Population) = (mean, sigma, population);
        int mu = population / 2;
        double[] raw = [.. Enumerable.Range(1, mu).Select(i => PortableMath.Log((population + 1) / 2.0) - PortableMath.Log(i))];
        weights = [.. raw.Select(w => w / raw.Sum())];
        muEff = 1 / weights.Sum(w => w * w);
        cSigma = (muEff + 2) / (n + muEff + 5);
        dSigma = 1 + 2 * Math.Max(0, Math.Sqrt((muEff - 1) / (n + 1)) - 1) + cSigma;
        cC = (4 + muEff / n) / (n + 4 + 2 * muEff / n);
        c1 = 2 / ((n + 1.3) * (n + 1.3) + muEff);
        cMu = Math.Min(1 - c1, 2 * (muEff - 2 + 1 / muEff) / ((n + 2) * (n + 2) + muEff));
        chiN = Math.Sqrt(n) * (1 - 1.0 / (4 * n) + 1.0 / (21.0 * n * n));
        (pathSigma, pathC) = (new double[n], new double[n]);
        covariance = DenseMatrix.CreateIdentity(n);
        axes = DenseMatrix.CreateIdentity(n);
        lengths = [.. Enumerable.Repeat(1.0, n)];
    }

    public int Population { get; }

    public bool HasConverged { get; private set; }

    /// <summary>mean + sigma B D z with z standard normal.</summary>
    public double[] Draw(ref Xoshiro random)
    {
        double[] scaled = new double[n], point = new double[n];
        for (int i = 0; i < n; i++)
            scaled[i] = lengths[i] * random.NextNormal();
        for (int i = 0; i < n; i++)
        {
            for (int j = 0; j < n; j++)
                point[i] += axes[i, j] * scaled[j];
            point[i] = mean[i] + sigma * point[i];
        }

        return point;
    }

    /// <summary>Takes a generation, the best first.</summary>
    public void Update(double[][] points, double[] losses, double[] narrowest)
    {
        generations++;
        double[][] steps = [.. points.Take(weights.Length).Select(p => p.Zip(mean, (x, m) => (x - m) / sigma).ToArray())]; // y
        double[] step = new double[n]; // y_w
        for (int k = 0; k < weights.Length; k++)
        {
            for (int i = 0; i < n; i++)
                step[i] += weights[k] * steps[k][i];
        }

        mean = [.. mean.Zip(step, (m, y) => m + sigma * y)];
        double[] whitened = Whiten(step);
        double length = 0;
        for (int i = 0; i < n; i++)
        {
            pathSigma[i] = (1 - cSigma) * pathSigma[i] + Math.Sqrt(cSigma * (2 - cSigma) * muEff) * whitened[i];
            length += pathSigma[i] * pathSigma[i];
        }

        length = Math.Sqrt(length);
        double settled = 1 - PortableMath.Exp(2 * generations * PortableMath.Log(1 - cSigma));
        bool moves = length / Math.Sqrt(settled) < (1.4 + 2.0 / (n + 1)) * chiN; // h_sigma
        for (int i = 0; i < n; i++)
            pathC[i] = (1 - cC) * pathC[i] + (moves ? Math.Sqrt(cC * (2 - cC) * muEff) * step[i] : 0);
        Adapt(steps, moves ? 0 : cC * (2 - cC));
        sigma *= PortableMath.Exp(Math.Min(1, cSigma / dSigma * (length / chiN - 1)));
        Widen(narrowest);
        Decompose();
        HasConverged = Converged(losses);
    }

    // C^(-1/2) y
    private double[] Whiten(double[] step)
    {
        double[] rotated = new double[n], result = new double[n];
        for (int j = 0; j < n; j++)
        {
            for (int i = 0; i < n; i++)
                rotated[j] += axes[i, j] * step[i];
            rotated[j] /= lengths[j];
        }

        for (int i = 0; i < n; i++)
        {
            for (int j = 0; j < n; j++)
                result[i] += axes[i, j] * rotated[j];
        }

        return result;
    }

    private void Adapt(double[][] steps, double lost)
    {
        for (int i = 0; i < n; i++)
        {
            for (int j = 0; j <= i; j++)
            {
                double rankMu = 0;
                for (int k = 0; k < weights.Length; k++)
                    rankMu += weights[k] * steps[k][i] * steps[k][j];
                double value = (1 + c1 * lost - c1 - cMu) * covariance[i, j] + c1 * pathC[i] * pathC[j] + cMu * rankMu;
                (covariance[i, j], covariance[j, i]) = (value, value);
            }
        }
    }

    // Steps narrower than a stepped parameter's own would all land on one value.
    private void Widen(double[] narrowest)
    {
        for (int i = 0; i < n; i++)
        {
            double least = narrowest[i] / sigma;
            if (covariance[i, i] < least * least)
                covariance[i, i] = least * least;
        }
    }

    private void Decompose()
    {
        Evd<double> parts = covariance.Evd(Symmetricity.Symmetric);
        axes = parts.EigenVectors;
        lengths = [.. parts.EigenValues.Select(v => Math.Sqrt(Math.Max(v.Real, 1e-20)))];
    }

    private bool Converged(double[] losses)
    {
        int window = 10 + 30 * n / Population;
        bests.Enqueue(losses[0]);
        if (bests.Count > window)
            bests.Dequeue();
        bool flat = bests.Count == window && bests.Max() - bests.Min() <= 1e-12 && losses[^1] - losses[0] <= 1e-12;
        return flat || losses[0] == losses[Math.Min(losses.Length - 1, losses.Length * 7 / 10)] || sigma * lengths.Max() < Smallest
            || lengths.Max() > 1e7 * lengths.Min() || !double.IsFinite(sigma);
    }
}
