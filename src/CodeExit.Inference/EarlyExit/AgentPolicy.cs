using CodeExit.Inference.Decoding;
using CodeExit.Inference.EarlyExit.Learned;
using CodeExit.Inference.Models;

namespace CodeExit.Inference.EarlyExit;

/// <summary>
/// <c>rl:T</c>, GREEN-CODE's agent (2501.11006): one network for all exits sees the hidden state and chooses between continue and exit.
/// Exit where it prefers that, and is more than T sure of it.
/// </summary>
public sealed class AgentPolicy : IExitPolicy
{
    public const string Name = "rl";

    private readonly float _threshold;
    private ModelConfig _config = null!;
    private ProbeNetwork _agent = null!;

    internal AgentPolicy(PolicySpec spec)
    {
        Spec = spec.Text;
        _threshold = spec.Threshold();
        Skipped = spec.Skipped();
        spec.HasNoMoreOptions();
    }

    public string Spec { get; }

    public SkippedLayers Skipped { get; }

    public void Begin(ModelConfig config, GenerationOptions options)
    {
        if (ReferenceEquals(config, _config)) return;
        TrainedExits.Require(config, Spec);
        _agent = config.Learned.Probes.Require(Name, config.HiddenSize, 2, Spec);
        _config = config;
    }

    public ExitEvidence Evidence { get; private set; }

    public int NextStop(int layer) => TrainedExits.Above(_config, layer);

    public ExitAction Decide(ExitView view)
    {
        var preferences = view.Evaluate(_agent); // logits of continue and exit
        var preference = preferences[1] - preferences[0];
        var exit = ProbeNetwork.Probability(preference);
        Evidence = new ExitEvidence(ExitMeasure.Agent, exit, MathF.Max(_threshold, 0.5f)); // preferring exit is a threshold of one half
        return preference > 0 && exit > _threshold ? ExitAction.Exit : ExitAction.Continue;
    }
}
