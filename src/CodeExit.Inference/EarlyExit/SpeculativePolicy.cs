using CodeExit.Inference.Decoding;
using CodeExit.Inference.Models;

namespace CodeExit.Inference.EarlyExit;

/// <summary>
/// <c>speculative[:K]</c>: every token is full depth's, but exit K drafts some ahead, which the layers above it verify in one batch
/// (LayerSkip, 2404.16710). Costs no quality.
/// </summary>
public sealed class SpeculativePolicy : IExitPolicy
{
    public const string Name = "speculative";

    // Measured: docs/performance.md, "Speculative decoding".
    private const int DefaultDraft = 6, MostDraft = 15;
    private const float DefaultConfidence = 0.5f;

    private readonly int? _layer;
    private readonly int _draft;
    private readonly float _confidence;
    private ModelConfig? _config;
    private SpeculativeDecoding _strategy = null!;

    internal SpeculativePolicy(PolicySpec spec)
    {
        Spec = spec.Text;
        _layer = spec.HasValue ? spec.Layers() : null;
        _draft = spec.Draft(MostDraft) ?? DefaultDraft;
        _confidence = spec.Confidence() ?? DefaultConfidence;
        spec.HasNoMoreOptions();
    }

    public string Spec { get; }

    public IDecodingStrategy Strategy => _strategy;

    public void Begin(ModelConfig config, GenerationOptions options)
    {
        if (_config == config) return;
        TrainedExits.Require(config, Spec);
        var exits = config.ExitLayers.SkipLast(1).ToArray();
        // Without a K the middle one, the lower of two: a lower exit is sure too rarely, a higher one saves too little (docs/performance.md).
        var exit = _layer ?? exits[(exits.Length - 1) / 2];
        if (!exits.Contains(exit))
        {
            throw new ArgumentException($"policy '{Spec}': layer {exit} is none that this model can draft from; K must be one of {string.Join(", ", exits)}");
        }
        _config = config;
        _strategy = new SpeculativeDecoding(config, exit, _draft, _confidence);
    }

    public int NextStop(int layer) => _config!.LayerCount;

    public ExitAction Decide(ExitView view) => ExitAction.Continue;
}
