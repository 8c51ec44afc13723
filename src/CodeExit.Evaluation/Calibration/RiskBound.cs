namespace CodeExit.Evaluation.Calibration;

/// <summary>
/// How surely the expected loss of a policy is at most a tolerance δ, told from n independent losses between 0 and 1. The p-value is the
/// chance of losses as small as those measured if the expected loss were δ or more.
/// </summary>
public abstract class RiskBound
{
    /// <summary>
    /// The Hoeffding–Bentkus p-value (Bates et al., 2101.02703): min(e^(−n h₁(min(Ê, δ), δ)), e · P(Binomial(n, δ) ≤ ⌈nÊ⌉)), with
    /// h₁(a, b) = a ln(a/b) + (1 − a) ln((1 − a)/(1 − b)). Never above Hoeffding's, and far below it where δ is small.
    /// </summary>
    public static RiskBound HoeffdingBentkus { get; } = new HoeffdingBentkusBound();

    /// <summary>Hoeffding's p-value as CALM has it (2207.07061): e^(−2n · max(0, δ − Ê)²).</summary>
    public static RiskBound Hoeffding { get; } = new HoeffdingBound();

    public static IReadOnlyList<RiskBound> Known { get; } = [HoeffdingBentkus, Hoeffding];

    /// <summary>As the command line and reports write it.</summary>
    public abstract string Name { get; }

    /// <summary>Grows with the losses.</summary>
    /// <param name="sum">Of the losses: nÊ.</param>
    /// <param name="count">n, at least 1.</param>
    /// <param name="tolerance">δ, between 0 and 1, both excluded.</param>
    public abstract double PValue(double sum, int count, double tolerance);

    /// <summary>How many losses it takes at least, were all of them 0, for a p-value of at most <paramref name="level"/>.</summary>
    public int LeastCount(double tolerance, double level)
    {
        var (below, enough) = (0, 1);
        while (PValue(0, enough, tolerance) > level) (below, enough) = (enough, checked(2 * enough));
        while (enough - below > 1)
        {
            var middle = below + (enough - below) / 2;
            if (PValue(0, middle, tolerance) > level) below = middle;
            else enough = middle;
        }
        return enough;
    }

    private sealed class HoeffdingBound : RiskBound
    {
        public override string Name => "hoeffding";

        public override double PValue(double sum, int count, double tolerance)
        {
            var room = Math.Max(0, tolerance - sum / count);
            return Math.Exp(-2 * count * room * room);
        }
    }

    private sealed class HoeffdingBentkusBound : RiskBound
    {
        public override string Name => "hoeffding-bentkus";

        public override double PValue(double sum, int count, double tolerance)
        {
            var mean = Math.Min(sum / count, tolerance);
            var hoeffding = Math.Exp(-count * (Part(mean, tolerance) + Part(1 - mean, 1 - tolerance)));
            return Math.Min(hoeffding, Math.E * BinomialAtMost((int)Math.Ceiling(sum), count, tolerance));
        }

        private static double Part(double share, double other) => share == 0 ? 0 : share * Math.Log(share / other);

        /// <summary>P(Binomial(n, p) ≤ most), its terms in logarithms: the first underflow where n is large.</summary>
        private static double BinomialAtMost(int most, int n, double p)
        {
            var (logarithm, odds, sum) = (n * Math.Log(1 - p), Math.Log(p / (1 - p)), 0d);
            for (var k = 0; k <= Math.Min(most, n); k++)
            {
                sum += Math.Exp(logarithm);
                logarithm += Math.Log((double)(n - k) / (k + 1)) + odds;
            }
            return Math.Min(1, sum);
        }
    }
}
