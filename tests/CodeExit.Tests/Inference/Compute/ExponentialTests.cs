using System.Runtime.Intrinsics;
using CodeExit.Inference.Compute;

namespace CodeExit.Tests.Inference.Compute;

public sealed class ExponentialTests
{
    [Fact]
    public void Of_WholeRange_IsWithinTwoUnitsInTheLastPlace()
    {
        for (var x = -87.3f; x < 88.3f; x += 0.00173f)
        {
            var expected = Math.Exp(x);
            Assert.InRange(Math.Abs(Of(x) - expected), 0, 2.0 * (MathF.BitIncrement((float)expected) - (float)expected));
        }
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(-0f, 1)]
    [InlineData(-88, 0)]
    [InlineData(-1e30f, 0)]
    [InlineData(float.NegativeInfinity, 0)]
    public void Of_AtAndBelowTheEnds_IsExact(float x, float expected) => Assert.Equal(expected, Of(x));

    [Theory]
    [InlineData(89)]
    [InlineData(1e30f)]
    [InlineData(float.PositiveInfinity)]
    public void Of_AboveTheEnd_IsFiniteAndHuge(float x) => Assert.InRange(Of(x), 2.3e38f, float.MaxValue);

    [Fact]
    public void Of_EveryLane_IsComputedAlike()
    {
        var x = Vector512.Create(0f, 1, 2, 3, 4, 5, 6, 7, -1, -2, -3, -4, -5, -6, -7, -90);

        var y = Exponential.Of(x);

        for (var lane = 0; lane < 16; lane++) Assert.Equal(Of(x[lane]), y[lane]);
    }

    private static float Of(float x) => Exponential.Of(Vector512.Create(x))[0];
}
