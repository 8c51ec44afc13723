using MathNet.Numerics;
using MathNet.Numerics.LinearRegression;

namespace CodeExit.Evaluation.Speed;

/// <summary>Depths that a model is timed at, and the straight line through what was seen there.</summary>
internal static class Depths
{
    /// <summary>The first layer and the quarters of all, ascending: one depth only where there is one layer.</summary>
    public static int[] Of(int layers) => [.. Enumerable.Range(1, 4).Select(quarter => Math.Max(1, layers * quarter / 4)).Prepend(1).Distinct()];

    /// <summary>Least squares; null where there are too few depths to tell a line from anything else.</summary>
    /// <param name="values">For each of the depths.</param>
    public static DepthLine? Line(IReadOnlyList<int> depths, IReadOnlyList<double> values)
    {
        if (depths.Count < 3) return null;
        double[] x = [.. depths.Select(depth => (double)depth)];
        double[] y = [.. values];
        var (outside, perLayer) = SimpleRegression.Fit(x, y);
        double[] line = [.. x.Select(depth => outside + perLayer * depth)];
        var rSquared = y.All(value => value == y[0]) ? 1 : GoodnessOfFit.CoefficientOfDetermination(line, y); // of no variance, all is explained
        return new DepthLine(perLayer, outside, rSquared);
    }
}

/// <summary>value = <paramref name="Outside"/> + <paramref name="PerLayer"/> × layers run.</summary>
/// <param name="Outside">What a token costs beside its layers: embedding, read-out, and what is the same for each token.</param>
/// <param name="RSquared">Of the variance, what the line explains: 1 where all lie on it.</param>
public sealed record DepthLine(double PerLayer, double Outside, double RSquared);
