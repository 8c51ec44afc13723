using CodeExit.Inference.Decoding;
using CodeExit.Inference.EarlyExit;
using CodeExit.Inference.Models;

namespace CodeExit.Tests.Inference.EarlyExit;

/// <summary>Leaves each token at the layer that a script gives it, having stopped at every layer before; a layer of 0 ends the generation at the first.</summary>
internal sealed class ScriptedExits(Func<int, int> layerOfToken, SkippedLayers skipped = SkippedLayers.BackFill) : IExitPolicy
{
    private int _layers;

    public string Spec => "scripted";

    public SkippedLayers Skipped => skipped;

    public void Begin(ModelConfig config, GenerationOptions options) => _layers = config.LayerCount;

    public int NextStop(int layer) => layer + 1;

    public ExitAction Decide(ExitView view)
    {
        var exit = Math.Min(layerOfToken(view.TokenIndex), _layers);
        return exit == 0 ? ExitAction.Stop : view.Layer == exit ? ExitAction.Exit : ExitAction.Continue;
    }
}
