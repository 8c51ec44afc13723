using System.Numerics.Tensors;
using CodeExit.Inference.Models;

namespace CodeExit.Inference.EarlyExit;

/// <summary>
/// <c>softmax:T</c>, CALM's softmax response: exit where the probabilities of the two likeliest tokens are at least T apart. Each look
/// costs a whole product with the LM head, which on a model of a large vocabulary is several layers' work.
/// </summary>
public sealed class SoftmaxPolicy : IExitPolicy
{
    public const string Name = "softmax";

    private readonly ConfidenceThreshold _threshold;
    private ModelConfig _config = null!;
    private float[] _scratch = [];
    private int _maxTokens;

    internal SoftmaxPolicy(PolicySpec spec)
    {
        Spec = spec.Text;
        _threshold = new ConfidenceThreshold(spec.Threshold(), spec.Decay());
        Skipped = spec.Skipped();
        spec.HasNoMoreOptions();
    }

    public string Spec { get; }

    public SkippedLayers Skipped { get; }

    public void Begin(ModelConfig config, int maxTokens)
    {
        TrainedExits.Require(config, Spec);
        (_config, _maxTokens) = (config, maxTokens);
        if (_scratch.Length != config.VocabularySize) _scratch = new float[config.VocabularySize];
    }

    public int NextStop(int layer) => TrainedExits.Above(_config, layer);

    public ExitAction Decide(ExitView view) =>
        Response(view.Logits, _scratch) >= _threshold.At(view.TokenIndex, _maxTokens) ? ExitAction.Exit : ExitAction.Continue;

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
