using System.Numerics.Tensors;
using CodeExit.Inference.Decoding;
using CodeExit.Inference.Models;

namespace CodeExit.Inference.EarlyExit;

/// <summary>
/// <c>softmax:T</c>, CALM's softmax response: exit where the probabilities of the two likeliest tokens are at least T apart. Each look
/// costs a whole product with the LM head, which on a model of a large vocabulary is several layers' work.
/// </summary>
public sealed class SoftmaxPolicy : ConfidencePolicy
{
    public const string Name = "softmax";

    private float[] _scratch = [];

    internal SoftmaxPolicy(PolicySpec spec) : base(spec)
    {
    }

    public override void Begin(ModelConfig config, GenerationOptions options)
    {
        base.Begin(config, options);
        if (_scratch.Length != config.VocabularySize) _scratch = new float[config.VocabularySize];
    }

    public override ExitAction Decide(ExitView view) => ExitIf(ExitMeasure.Softmax, Response(view.Logits, _scratch), view);

    /// <summary>p₁ − p₂, the probabilities of the two largest logits.</summary>
    /// <param name="scratch">As long as <paramref name="logits"/>.</param>
    internal static float Response(ReadOnlySpan<float> logits, Span<float> scratch)
    {
        TensorPrimitives.SoftMax(logits, scratch);
        var best = TensorPrimitives.IndexOfMax(scratch);
        var first = scratch[best];
        scratch[best] = 0;
        return first - TensorPrimitives.Max(scratch);
    }
}
