using System.Globalization;
using CodeExit.Inference.Decoding;
using CodeExit.Inference.Models;

namespace CodeExit.Inference.EarlyExit;

/// <summary>
/// <c>fixed:K</c>: every token is read out after K blocks. Any layer can be asked for, as the comparison wants whole curves; only those
/// among <see cref="ModelConfig.ExitLayers"/> were trained for it.
/// </summary>
public sealed class FixedLayerPolicy : IExitPolicy
{
    public const string Name = "fixed";

    private readonly int _layer;

    /// <param name="layer">1-based.</param>
    public FixedLayerPolicy(int layer)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(layer, 1);
        _layer = layer;
        Spec = string.Create(CultureInfo.InvariantCulture, $"{Name}:{_layer}");
    }

    public string Spec { get; private init; }

    public SkippedLayers Skipped { get; private init; }

    public void Begin(ModelConfig config, GenerationOptions options)
    {
        if (_layer <= config.LayerCount) return;
        throw new ArgumentException($"policy '{Spec}': the model has {config.LayerCount} layers; K must be from 1 to {config.LayerCount}");
    }

    public int NextStop(int layer) => _layer;

    public ExitAction Decide(ExitView view) => ExitAction.Exit;

    internal static FixedLayerPolicy Parse(PolicySpec spec)
    {
        var policy = new FixedLayerPolicy(spec.Layers()) { Spec = spec.Text, Skipped = spec.Skipped() };
        spec.HasNoMoreOptions();
        return policy;
    }
}
