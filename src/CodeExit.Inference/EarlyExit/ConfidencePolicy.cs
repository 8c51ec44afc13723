using CodeExit.Inference.Decoding;
using CodeExit.Inference.Models;

namespace CodeExit.Inference.EarlyExit;

/// <summary>
/// A policy that leaves at a trained exit where its confidence is at least CALM's threshold, as in <c>softmax:0.9,decay=4,kv=propagate</c>.
/// What confidence is, each says for itself.
/// </summary>
public abstract class ConfidencePolicy : IExitPolicy
{
    private readonly ConfidenceThreshold _threshold;
    private int _maxTokens;

    private protected ConfidencePolicy(PolicySpec spec)
    {
        Spec = spec.Text;
        _threshold = new ConfidenceThreshold(spec.Threshold(), spec.Decay());
        Skipped = spec.Skipped();
        spec.HasNoMoreOptions();
    }

    public string Spec { get; }

    public SkippedLayers Skipped { get; }

    /// <summary>The model of the running generation.</summary>
    protected ModelConfig Config { get; private set; } = null!;

    public virtual void Begin(ModelConfig config, GenerationOptions options)
    {
        TrainedExits.Require(config, Spec);
        (Config, _maxTokens) = (config, options.MaxTokens);
    }

    public virtual int NextStop(int layer) => TrainedExits.Above(Config, layer);

    public ExitEvidence Evidence { get; protected set; }

    public abstract ExitAction Decide(ExitView view);

    /// <summary>Exit if a confidence is enough for the token, else go on.</summary>
    protected ExitAction ExitIf(ExitMeasure measure, float confidence, ExitView view)
    {
        var threshold = _threshold.At(view.TokenIndex, _maxTokens);
        Evidence = new ExitEvidence(measure, confidence, threshold);
        return confidence >= threshold ? ExitAction.Exit : ExitAction.Continue;
    }
}
