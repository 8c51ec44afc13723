using CodeExit.Inference.Decoding;
using CodeExit.Inference.EarlyExit.Learned;
using CodeExit.Inference.Models;

namespace CodeExit.Inference.EarlyExit;

/// <summary>
/// <c>price:P</c>: told what full depth costs, in wrong tokens, exit where going on costs more than it is likely to mend. P = 0.1 means that
/// running all layers for ten tokens is as bad as one wrong token. The price is an input of the network, so one network serves every
/// trade-off, and the price may change from token to token.
/// </summary>
public sealed class PricePolicy : IExitPolicy
{
    public const string Name = "price";

    private ModelConfig _config = null!;
    private ProbeNetwork[] _probes = [];
    private float[] _input = [];

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

    /// <summary>Name of the probe of one exit.</summary>
    public static string Probe(int layer) => $"{Name}.{layer}";

    /// <summary>How a price enters the network: small prices differ by their factor, not by their difference.</summary>
    public static float Feature(float price) => MathF.Log(price + 0.001f);

    public void Begin(ModelConfig config, GenerationOptions options)
    {
        if (ReferenceEquals(config, _config)) return;
        TrainedExits.Require(config, Spec);
        _probes = config.Learned.Probes.RequireForExits(config, Probe, config.HiddenSize + 1, 1, Spec);
        _input = new float[config.HiddenSize + 1];
        _config = config;
    }

    public ExitEvidence Evidence { get; private set; }

    public int NextStop(int layer) => TrainedExits.Above(_config, layer);

    public ExitAction Decide(ExitView view)
    {
        view.NormalizedState.CopyTo(_input);
        _input[^1] = Feature(Price);
        var leaving = _probes[TrainedExits.Index(_config, view.Layer)].Evaluate(_input)[0];
        Evidence = new ExitEvidence(ExitMeasure.Price, leaving, 0);
        return leaving > 0 ? ExitAction.Exit : ExitAction.Continue;
    }
}
