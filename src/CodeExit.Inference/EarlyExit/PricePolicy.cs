using CodeExit.Inference.Decoding;
using CodeExit.Inference.EarlyExit.Learned;
using CodeExit.Inference.Models;

namespace CodeExit.Inference.EarlyExit;

/// <summary>
/// <c>price:P</c>: told what full depth costs, in wrong tokens, exit where going on costs more than it is likely to mend. P = 0.1 means that
/// running all layers for ten tokens is as bad as one wrong token. The price is an input of the networks, so they serve every trade-off, and
/// it may change from token to token.
/// <para>
/// At each exit it first asks what the hidden state says of leaving, which costs next to nothing, and whether that makes reading out worth
/// its cost, a product with the LM head. What was read out says far more, and decides. A token that leaves needs that product anyway, so
/// only a look that is followed by going on is lost.
/// </para>
/// </summary>
public sealed class PricePolicy : IExitPolicy
{
    public const string Name = "price";

    private ModelConfig _config = null!;
    private readonly float[] _look = new float[PriceProbes.LookInputs];
    private readonly float[] _reading = new float[PriceProbes.ReadingInputs];
    private PriceProbes[] _probes = [];

    internal PricePolicy(PolicySpec spec)
    {
        Spec = spec.Text;
        Price = spec.Price();
        Skipped = spec.Skipped();
        spec.HasNoMoreOptions();
    }

    public string Spec { get; }

    public SkippedLayers Skipped { get; }

    /// <summary>What running all layers for a token costs, in wrong tokens; 0 to 1.</summary>
    public float Price { get; set; }

    public void Begin(ModelConfig config, GenerationOptions options)
    {
        if (ReferenceEquals(config, _config)) return;
        TrainedExits.Require(config, Spec);
        _probes = PriceProbes.Require(config, Spec);
        _config = config;
    }

    public ExitEvidence Evidence { get; private set; }

    public int NextStop(int layer) => TrainedExits.Above(_config, layer);

    public ExitAction Decide(ExitView view)
    {
        var probes = _probes[TrainedExits.Index(_config, view.Layer)];
        var price = PriceProbes.Feature(Price);
        var leaning = view.Evaluate(probes.State, price)[0];
        (_look[0], _look[1]) = (leaning, price);
        var looking = probes.Look.Evaluate(_look)[0];
        Evidence = new ExitEvidence(ExitMeasure.Look, looking, 0);
        if (looking <= 0) return ExitAction.Continue;

        (_reading[0], _reading[1]) = (leaning, price);
        view.Certainty.CopyTo(_reading.AsSpan(PriceProbes.LookInputs));
        var leaving = probes.Reading.Evaluate(_reading)[0];
        Evidence = new ExitEvidence(ExitMeasure.Price, leaving, 0);
        return leaving > 0 ? ExitAction.Exit : ExitAction.Continue;
    }
}
