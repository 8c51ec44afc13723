using CodeExit.Inference.Decoding;
using CodeExit.Inference.EarlyExit;
using CodeExit.Inference.Models;

namespace CodeExit.Completion.Governor;

/// <summary>Mode <c>auto</c>: a price policy whose price the governor sets, anew for each token.</summary>
public sealed class GovernedPolicy(PricePolicy inner, PriceGovernor governor, TimeProvider time) : IExitPolicy
{
    private int _depth;
    private int _layers;
    private int _tokens;
    private double _logPrices;

    public string Spec { get; } = $"{PricePolicy.Name}:{Modes.Auto}{(inner.Skipped == SkippedLayers.Propagate ? ",kv=propagate" : "")}";

    public SkippedLayers Skipped => inner.Skipped;

    public ExitEvidence Evidence => inner.Evidence;

    /// <summary>Geometric mean over the tokens of the last generation: at what price its cost is to be reported.</summary>
    public float MeanPrice => _tokens == 0 ? inner.Price : PriceProbes.Price((float)(_logPrices / _tokens));

    public void Begin(ModelConfig config, GenerationOptions options)
    {
        inner.Begin(config, options);
        (_depth, _layers, _tokens, _logPrices) = (0, 0, 0, 0);
    }

    public int NextStop(int layer)
    {
        if (layer == 0) BeginToken();
        return _depth = inner.NextStop(layer);
    }

    public ExitAction Decide(ExitView view) => inner.Decide(view);

    private void BeginToken()
    {
        // The last token was read out at the last stop that was named for it.
        _layers += _depth;
        inner.Price = governor.PriceOfToken(time.GetElapsedTime(0), _layers);
        _logPrices += PriceProbes.Feature(inner.Price);
        _tokens++;
    }
}
