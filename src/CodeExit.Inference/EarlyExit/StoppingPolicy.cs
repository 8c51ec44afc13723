using CodeExit.Inference.Decoding;
using CodeExit.Inference.EarlyExit.Learned;
using CodeExit.Inference.Models;

namespace CodeExit.Inference.EarlyExit;

/// <summary>
/// Option <c>stop=P</c> of any policy, SEC's third action (2401.09964): a probe at each exit that the token passes says how likely even full
/// depth is to get it wrong; where that is P or more, the suggestion ends, as nobody would accept what follows.
/// </summary>
public sealed class StoppingPolicy(IExitPolicy inner, float threshold, string spec) : IExitPolicy
{
    private ModelConfig _config = null!;
    private ProbeNetwork[] _probes = [];
    private int _innerStop;

    public string Spec => spec;

    public SkippedLayers Skipped => inner.Skipped;

    public IDecodingStrategy Strategy => inner.Strategy;

    /// <summary>Name of the probe of one exit.</summary>
    public static string Probe(int layer) => $"stop.{layer}";

    public void Begin(ModelConfig config, GenerationOptions options)
    {
        inner.Begin(config, options);
        if (ReferenceEquals(config, _config)) return;
        TrainedExits.Require(config, Spec);
        _probes = config.Learned.Probes.RequireForExits(config, Probe, config.HiddenSize, 1, Spec);
        _config = config;
    }

    /// <summary>The inner policy's where that was asked, else the probe's.</summary>
    public ExitEvidence Evidence { get; private set; }

    public int NextStop(int layer)
    {
        if (layer == 0 || layer == _innerStop) _innerStop = inner.NextStop(layer);
        return Math.Min(_innerStop, TrainedExits.Above(_config, layer));
    }

    public ExitAction Decide(ExitView view)
    {
        if (TrainedExits.Index(_config, view.Layer) is >= 0 and var exit)
        {
            var wrong = ProbeNetwork.Probability(view.Evaluate(_probes[exit])[0]);
            Evidence = new ExitEvidence(ExitMeasure.Stop, wrong, threshold);
            if (wrong >= threshold) return ExitAction.Stop;
        }
        if (view.Layer != _innerStop) return ExitAction.Continue;
        var action = inner.Decide(view);
        Evidence = inner.Evidence;
        return action;
    }

    public bool Skips(int layer) => inner.Skips(layer);
}
