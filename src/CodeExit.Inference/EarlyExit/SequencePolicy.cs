using CodeExit.Inference.Decoding;
using CodeExit.Inference.EarlyExit.Learned;
using CodeExit.Inference.Models;

namespace CodeExit.Inference.EarlyExit;

/// <summary>
/// <c>sequence[:T]</c>: one depth for a whole request, as Glavas et al. (2410.20022) found that to pay most. A probe sees the prompt's state
/// after the first exit and the place that the caller describes, and says of each exit how much of full depth's text it expects there; the
/// first exit that is expected to keep T is taken. No token waits for layers of another, so nothing is ever filled back.
/// </summary>
public sealed class SequencePolicy : IExitPolicy
{
    public const string Name = "sequence";

    /// <summary>T where none is written.</summary>
    private const float DefaultThreshold = 0.9f;

    private readonly float _threshold;
    private ModelConfig _config = null!;
    private ProbeNetwork _probe = null!;
    private IReadOnlyList<float> _place = [];
    private float[] _rest = [];
    private int _depth;

    internal SequencePolicy(PolicySpec spec)
    {
        Spec = spec.Text;
        _threshold = spec.HasValue ? spec.Threshold() : DefaultThreshold;
        spec.HasNoMoreOptions();
    }

    public string Spec { get; }

    public void Begin(ModelConfig config, GenerationOptions options)
    {
        (_place, _depth) = (options.Place, 0);
        if (!ReferenceEquals(config, _config))
        {
            TrainedExits.Require(config, Spec);
            _probe = config.Learned.Probes.Require(Name, outputs: config.ExitLayers.Count - 1, Spec);
            _config = config;
        }
        var values = _probe.Inputs - config.HiddenSize;
        if (_rest.Length != values) _rest = new float[Math.Max(0, values)];
        if (values >= 0 && (_place.Count == values || _place.Count == 0)) return;
        throw new ArgumentException(
            $"policy '{Spec}' was learned with {values} values that describe the place, and the request has {_place.Count}");
    }

    /// <summary>Of the choice for the whole request: the exit that was taken, or, where none is enough, the one that keeps most.</summary>
    public ExitEvidence Evidence { get; private set; }

    public int NextStop(int layer) => _depth > layer ? _depth : TrainedExits.Above(_config, layer);

    public ExitAction Decide(ExitView view)
    {
        if (_depth == 0)
        {
            Evidence = Choose(view);
            _depth = Evidence.Depth;
        }
        return view.Layer == _depth ? ExitAction.Exit : ExitAction.Continue;
    }

    private ExitEvidence Choose(ExitView view)
    {
        for (var i = 0; i < _rest.Length; i++) _rest[i] = _place.Count == 0 ? 0 : _place[i];
        var kept = view.Evaluate(_probe, _rest);
        var most = 0f;
        for (var exit = 0; exit < kept.Length; exit++)
        {
            var share = ProbeNetwork.Probability(kept[exit]);
            if (share >= _threshold) return new ExitEvidence(ExitMeasure.Sequence, share, _threshold, _config.ExitLayers[exit]);
            most = MathF.Max(most, share);
        }
        return new ExitEvidence(ExitMeasure.Sequence, most, _threshold, _config.LayerCount);
    }
}
