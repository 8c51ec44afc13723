using System.Numerics.Tensors;
using CodeExit.Inference.Decoding;
using CodeExit.Inference.Models;

namespace CodeExit.Inference.EarlyExit;

/// <summary>
/// <c>saturation:T</c>, CALM's hidden-state saturation: exit where a layer hardly changes the state any more, that is where the cosine
/// between an exit layer's state and that of the layer before it is at least T.
/// </summary>
public sealed class SaturationPolicy : ConfidencePolicy
{
    public const string Name = "saturation";

    private float[] _before = [];
    private int _beforeLayer;

    internal SaturationPolicy(PolicySpec spec) : base(spec)
    {
    }

    public override void Begin(ModelConfig config, GenerationOptions options)
    {
        base.Begin(config, options);
        if (_before.Length != config.HiddenSize) _before = new float[config.HiddenSize];
    }

    /// <summary>Every exit, and the layer before it; before the last exit there is nothing left to decide.</summary>
    public override int NextStop(int layer)
    {
        var exit = base.NextStop(layer);
        return exit == Config.LayerCount ? exit : Math.Max(exit - 1, layer + 1);
    }

    public override ExitAction Decide(ExitView view)
    {
        Evidence = default;
        // Nothing is known of what came before the first layer.
        var known = _beforeLayer == view.Layer - 1 && view.Layer > 1 && Config.ExitLayers.Contains(view.Layer);
        var action = known ? ExitIf(ExitMeasure.Saturation, TensorPrimitives.CosineSimilarity(_before, view.State), view) : ExitAction.Continue;
        view.State.CopyTo(_before);
        _beforeLayer = view.Layer;
        return action;
    }
}
