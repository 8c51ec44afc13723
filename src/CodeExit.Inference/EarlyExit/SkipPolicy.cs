using CodeExit.Inference.Decoding;
using CodeExit.Inference.Models;

namespace CodeExit.Inference.EarlyExit;

/// <summary>
/// <c>skip:K</c>, uniform layer skipping (Glavas et al., 2410.20022): every token runs the same K layers, the first, the last, and evenly
/// spaced ones between them. The state passes the others unchanged, and they keep no keys and values.
/// </summary>
public sealed class SkipPolicy : IExitPolicy
{
    public const string Name = "skip";

    private readonly int _kept;
    private bool[] _runs = [];

    internal SkipPolicy(PolicySpec spec)
    {
        Spec = spec.Text;
        _kept = spec.Layers();
        spec.HasNoMoreOptions();
    }

    public string Spec { get; }

    public void Begin(ModelConfig config, GenerationOptions options)
    {
        var layers = config.LayerCount;
        if (_kept > layers) throw new ArgumentException($"policy '{Spec}': the model has {layers} layers; K must be from 1 to {layers}");
        if (_runs.Length == layers) return;
        _runs = new bool[layers];
        for (var i = 0; i < _kept; i++) _runs[_kept == 1 ? 0 : (int)Math.Round((double)i * (layers - 1) / (_kept - 1))] = true;
    }

    public int NextStop(int layer) => _runs.Length;

    public ExitAction Decide(ExitView view) => ExitAction.Continue;

    public bool Skips(int layer) => !_runs[layer - 1];
}
