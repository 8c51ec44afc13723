using MathNet.Numerics.Distributions;

namespace CodeExit.Evaluation;

/// <summary>A mean, and where it may lie with the confidence that the report names.</summary>
public sealed record Interval(double Mean, double Low, double High)
{
    /// <summary>
    /// Student's t over independent trials: mean ± t(n − 1) · s / √n. Few trials are no reason to leave the interval out: it widens by
    /// itself, to 2.8 standard errors at five.
    /// </summary>
    /// <param name="confidence">0.95.</param>
    /// <exception cref="ArgumentException">Fewer than two trials have no spread.</exception>
    public static Interval OfTrials(IReadOnlyList<double> trials, double confidence)
    {
        if (trials.Count < 2) throw new ArgumentException($"an interval needs 2 trials or more, not {trials.Count}");
        var mean = trials.Average();
        var variance = trials.Sum(each => (each - mean) * (each - mean)) / (trials.Count - 1);
        var reach = StudentT.InvCDF(0, 1, trials.Count - 1, (1 + confidence) / 2) * Math.Sqrt(variance / trials.Count);
        return new Interval(mean, mean - reach, mean + reach);
    }
}
