using System.Numerics.Tensors;

namespace CodeExit.Inference.EarlyExit.Learned;

/// <summary>
/// What an exit's logits say of how sure it is, in three numbers, as probes take it: ln p₁, ln p₂ (its two likeliest tokens), and the entropy
/// in nats.
/// </summary>
public static class ReadingFeatures
{
    public const int Count = 3;

    // Keeps ln p₂ finite where one token has it all.
    private const float Least = -30;

    /// <param name="logits">[vocabulary].</param>
    /// <param name="scratch">As long as <paramref name="logits"/>.</param>
    /// <param name="features">[<see cref="Count"/>].</param>
    public static void Of(ReadOnlySpan<float> logits, Span<float> scratch, Span<float> features)
    {
        var best = TensorPrimitives.IndexOfMax(logits);
        var largest = logits[best];
        TensorPrimitives.Subtract(logits, largest, scratch);
        TensorPrimitives.Exp(scratch, scratch);
        var sum = TensorPrimitives.Sum<float>(scratch); // of e^(logit − largest)
        var normalizer = MathF.Log(sum);
        features[0] = -normalizer;
        // H = ln Z − Σ p · logit, both with the largest taken off.
        features[2] = MathF.Max(0, normalizer - (TensorPrimitives.Dot(scratch, logits) / sum - largest));
        scratch[best] = 0;
        features[1] = MathF.Max(Least, MathF.Log(TensorPrimitives.Max<float>(scratch)) - normalizer);
    }
}
