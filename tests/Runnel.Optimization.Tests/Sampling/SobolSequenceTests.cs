namespace Runnel.Optimization.Tests.Sampling;

public sealed class SobolSequenceTests
{
    [Fact] // the first points in the natural order of their index; S. Joe and F. Y. Kuo's program gives the same ones in Gray code order
    public void The_plain_sequence_starts_with_the_published_points()
    {
        SobolSequence sequence = new(3, seed: null);
        double[] point = new double[3];

        Assert.Equal(["0 0 0", "0.5 0.5 0.5", "0.25 0.75 0.75", "0.75 0.25 0.25", "0.125 0.625 0.375", "0.625 0.125 0.875", "0.375 0.375 0.625", "0.875 0.875 0.125"],
            Enumerable.Range(0, 8).Select(i =>
            {
                sequence.At((uint)i, point);
                return string.Join(' ', point);
            }));
    }

    [Theory]
    [InlineData(null)]
    [InlineData(1UL)]
    [InlineData(99UL)]
    public void Every_aligned_stretch_has_one_point_in_each_slice_of_each_dimension(ulong? seed)
    {
        SobolSequence sequence = new(SobolSequence.MostDimensions, seed);
        double[][] points = [.. Enumerable.Range(256, 256).Select(i =>
        {
            double[] point = new double[SobolSequence.MostDimensions];
            sequence.At((uint)i, point);
            return point;
        })];

        for (int d = 0; d < SobolSequence.MostDimensions; d++)
            Assert.Equal(256, points.Select(p => (int)(p[d] * 256)).Distinct().Count());
        for (int k = 0; k <= 8; k++) // the first two dimensions make a net: one point in each box of 2^-k by 2^-(8-k)
            Assert.Equal(256, points.Select(p => ((int)(p[0] * (1 << k)), (int)(p[1] * (1 << (8 - k))))).Distinct().Count());
    }

    [Fact]
    public void Seeds_give_different_points() => Assert.NotEqual(new SobolSampler(TestFunctions.BraninSpace, 1).At(5), new SobolSampler(TestFunctions.BraninSpace, 2).At(5));
}
