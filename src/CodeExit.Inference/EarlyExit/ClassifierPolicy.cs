using CodeExit.Inference.Decoding;
using CodeExit.Inference.EarlyExit.Learned;
using CodeExit.Inference.Models;

namespace CodeExit.Inference.EarlyExit;

/// <summary>
/// <c>classifier:T</c>, CALM's early-exit classifier: exit where a probe of the hidden state thinks it at least T likely that the exit says
/// what the last layer would say. One probe for each exit.
/// </summary>
public sealed class ClassifierPolicy : ConfidencePolicy
{
    public const string Name = "classifier";

    private ProbeNetwork[] _probes = [];

    internal ClassifierPolicy(PolicySpec spec) : base(spec) { }

    /// <summary>Name of the probe of one exit.</summary>
    public static string Probe(int layer) => $"{Name}.{layer}";

    public override void Begin(ModelConfig config, GenerationOptions options)
    {
        var another = !ReferenceEquals(config, Config);
        base.Begin(config, options);
        if (another) _probes = config.Learned.Probes.RequireForExits(config, Probe, config.HiddenSize, 1, Spec);
    }

    public override ExitAction Decide(ExitView view) =>
        ExitIf(ExitMeasure.Classifier, ProbeNetwork.Probability(view.Evaluate(_probes[TrainedExits.Index(Config, view.Layer)])[0]), view);
}
