using CodeExit.Inference.Checkpoints;

namespace CodeExit.Inference.Models;

/// <summary>
/// YaRN (Peng et al., 2023, arXiv:2309.00071): pairs that turn often within the original context keep their frequency, those that
/// turn rarely are interpolated by the factor, a linear ramp lies between; cos and sin are scaled to make up for the flatter softmax.
/// </summary>
internal static class YarnScaling
{
    public static RotaryEmbedding Read(JsonSection scaling, float theta, int headDim, int maxPositions, int originalPositions)
    {
        var factor = scaling.OptionalPositive("factor") ?? (double)maxPositions / originalPositions;
        if (theta <= 1) throw scaling.Wrong("rope_theta", "a number above 1");
        var fast = PairTurning(scaling.OptionalPositive("beta_fast") ?? 32);
        var slow = PairTurning(scaling.OptionalPositive("beta_slow") ?? 1);
        if (scaling.Flag("truncate", true)) (fast, slow) = (Math.Floor(fast), Math.Ceiling(slow));
        var first = Math.Max(fast, 0);
        var last = Math.Min(slow, headDim - 1);
        if (first == last) last += 0.001; // the ramp needs a width

        var frequencies = new float[headDim / 2];
        for (var i = 0; i < frequencies.Length; i++)
        {
            var wavelength = RotaryEmbeddingReader.Wavelength(theta, i, headDim);
            var kept = 1 - Math.Clamp((i - (float)first) / (float)(last - first), 0, 1);
            frequencies[i] = 1 / ((float)factor * wavelength) * (1 - kept) + 1 / wavelength * kept;
        }
        return new(frequencies, (float)AttentionFactor(scaling, factor));

        // The (fractional) pair that makes this many turns within the original context.
        double PairTurning(double turns) => headDim * Math.Log(originalPositions / (turns * 2 * Math.PI)) / (2 * Math.Log(theta));
    }

    private static double AttentionFactor(JsonSection scaling, double factor)
    {
        if (scaling.OptionalPositive("attention_factor") is { } stated) return stated;
        return scaling.OptionalPositive("mscale") is { } scale && scaling.OptionalPositive("mscale_all_dim") is { } scaleAll
            ? Temperature(scale) / Temperature(scaleAll)
            : Temperature(1);

        double Temperature(double scale) => factor <= 1 ? 1 : 0.1 * scale * Math.Log(factor) + 1;
    }
}
