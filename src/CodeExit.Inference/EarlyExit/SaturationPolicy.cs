using System.Numerics.Tensors;
using CodeExit.Inference.Models;

namespace CodeExit.Inference.EarlyExit;

/// <summary>
/// <c>saturation:T</c>, CALM's hidden-state saturation: exit where a layer hardly changes the state any more, that is where the cosine
/// between an exit layer's state and that of the layer before it is at least T.
/// </summary>
public sealed class SaturationPolicy : IExitPolicy
{
    public const string Name = "saturation";

    private readonly ConfidenceThreshold _threshold;
    private ModelConfig _config = null!;
    private float[] _before = [];
    private int _beforeLayer;
    private int _maxTokens;

    internal SaturationPolicy(PolicySpec spec)
    {
        Spec = spec.Text;
        _threshold = new ConfidenceThreshold(spec.Threshold(), spec.Decay());
        Skipped = spec.Skipped();
        spec.HasNoMoreOptions();
    }

    public string Spec { get; }

    public SkippedLayers Skipped { get; }

    public void Begin(ModelConfig config, int maxTokens)
    {
        TrainedExits.Require(config, Spec);
        (_config, _maxTokens) = (config, maxTokens);
        if (_before.Length != config.HiddenSize) _before = new float[config.HiddenSize];
    }

    /// <summary>Every exit, and the layer before it; before the last exit there is nothing left to decide.</summary>
    public int NextStop(int layer)
    {
        var exit = TrainedExits.Above(_config, layer);
        return exit == _config.LayerCount ? exit : Math.Max(exit - 1, layer + 1);
    }

    public ExitAction Decide(ExitView view)
    {
        var action = ExitAction.Continue;
        // Nothing is known of what came before the first layer.
        if (_beforeLayer == view.Layer - 1 && view.Layer > 1 && _config.ExitLayers.Contains(view.Layer))
        {
            var cosine = TensorPrimitives.CosineSimilarity(_before, view.State);
            if (cosine >= _threshold.At(view.TokenIndex, _maxTokens)) action = ExitAction.Exit;
        }
        view.State.CopyTo(_before);
        _beforeLayer = view.Layer;
        return action;
    }
}
