using Runnel.Numerics;

namespace Runnel.Optimization;

/// <summary>A density over a space: the mean of one kernel around each of some points, and one that covers the whole space. In a kernel the parameters
/// are independent: a normal distribution cut to the range (of the unit cube) for numbers, extra weight on its own choice for choices, and
/// evenly spread where the point has no part.</summary>
internal sealed class ParzenEstimator
{
    private const double Spread = 0.1; // standard deviation that Scott's rule takes, as a fraction of the range: measured, see docs/decisions/0123
    private readonly ParameterSpace space;
    private readonly double[][] centers; // in unit coordinates, NaN for no part; choices as indices
    private readonly double[] widths;
    private readonly double[][] scales; // for each kernel and ordered parameter the logarithm of what its density is divided by
    private readonly double repeat; // extra weight of a kernel's own choice, in units of a choice's even weight

    public ParzenEstimator(ParameterSpace space, IReadOnlyList<Point> points)
    {
        this.space = space;
        int dimensions = space.Parameters.Count;
        centers = [.. points.Select(p => ToUnit(p.Numbers))];
        repeat = points.Count + 1;
        widths = new double[dimensions];
        double scott = Spread * Power(points.Count + 1, dimensions + 4);
        for (int i = 0; i < dimensions; i++)
        {
            Parameter parameter = space.Parameters[i];
            double narrowest = parameter.Count is { } count ? 0.5 / count : 0.01;
            widths[i] = Math.Max(scott, narrowest);
        }

        scales = [.. centers.Select(center => center.Select((at, i) => LogScale(i, at)).ToArray())];
    }

    public Point Draw(ref Xoshiro random)
    {
        int kernel = random.NextIndex(centers.Length + 1);
        double[] numbers = new double[widths.Length];
        for (int i = 0; i < numbers.Length; i++)
        {
            Parameter parameter = space.Parameters[i];
            double center = kernel < centers.Length ? centers[kernel][i] : double.NaN;
            if (double.IsNaN(center))
                numbers[i] = parameter.FromUnit(random.NextUniform());
            else if (parameter.IsOrdered)
                numbers[i] = parameter.FromUnit(DrawNormal(center, widths[i], ref random));
            else
                numbers[i] = random.NextUniform() * (repeat + parameter.Count!.Value) < repeat ? center : parameter.FromUnit(random.NextUniform());
        }

        return space.Normalize(numbers);
    }

    /// <summary>Logarithm of the density at a point, relative to an even spread.</summary>
    public double LogDensity(Point point)
    {
        double[] at = ToUnit(point.Numbers);
        double[] logs = new double[centers.Length + 1]; // the last is that of the even kernel: 0
        for (int kernel = 0; kernel < centers.Length; kernel++)
        {
            for (int i = 0; i < at.Length; i++)
            {
                double center = centers[kernel][i];
                if (!double.IsNaN(center) && !double.IsNaN(at[i]))
                    logs[kernel] += LogKernel(kernel, i, at[i]);
            }
        }

        double highest = logs.Max(), sum = 0;
        foreach (double log in logs)
            sum += PortableMath.Exp(log - highest);
        return highest + PortableMath.Log(sum / logs.Length);
    }

    private double LogKernel(int kernel, int dimension, double at)
    {
        double center = centers[kernel][dimension];
        Parameter parameter = space.Parameters[dimension];
        if (!parameter.IsOrdered)
        {
            int count = parameter.Count!.Value;
            return PortableMath.Log(((center == at ? repeat * count : 0) + count) / (repeat + count));
        }

        double z = (at - center) / widths[dimension];
        return -z * z / 2 - scales[kernel][dimension];
    }

    private double LogScale(int dimension, double center)
    {
        if (double.IsNaN(center) || !space.Parameters[dimension].IsOrdered)
            return double.NaN;
        double width = widths[dimension], inside = Normal.Cumulative((1 - center) / width) - Normal.Cumulative(-center / width);
        return PortableMath.Log(width * inside * 2.5066282746310002);
    }

    private static double DrawNormal(double center, double width, ref Xoshiro random)
    {
        for (int i = 0; i < 100; i++)
        {
            double at = center + width * random.NextNormal();
            if (at is >= 0 and < 1)
                return at;
        }

        return center;
    }

    private double[] ToUnit(ReadOnlySpan<double> numbers)
    {
        double[] unit = new double[numbers.Length];
        for (int i = 0; i < unit.Length; i++)
        {
            Parameter parameter = space.Parameters[i];
            unit[i] = double.IsNaN(numbers[i]) ? double.NaN : parameter.IsOrdered ? parameter.ToUnit(numbers[i]) : numbers[i];
        }

        return unit;
    }

    // count^(-1 / root)
    private static double Power(int count, int root) => PortableMath.Exp(-PortableMath.Log(count) / root);
}
