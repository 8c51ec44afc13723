namespace CodeExit.Inference.EarlyExit;

/// <summary>
/// <c>saturation:T</c>, CALM's hidden-state saturation: exit where a layer hardly changes the state any more, that is where the cosine
/// between an exit layer's state and that of the layer before it is at least T.
/// </summary>
public sealed class SaturationPolicy : ConfidencePolicy
{
    public const string Name = "saturation";

    private int _beforeLayer;

    internal SaturationPolicy(PolicySpec spec) : base(spec)
    {
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
        var action = known ? ExitIf(ExitMeasure.Saturation, view.CosineToKept(), view) : ExitAction.Continue;
        view.Keep();
        _beforeLayer = view.Layer;
        return action;
    }
}
