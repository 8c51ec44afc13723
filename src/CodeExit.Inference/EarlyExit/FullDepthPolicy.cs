using CodeExit.Inference.Decoding;
using CodeExit.Inference.Models;

namespace CodeExit.Inference.EarlyExit;

/// <summary><c>full</c>: every token runs every layer. The yardstick that all other policies are measured against.</summary>
public sealed class FullDepthPolicy : IExitPolicy
{
    public const string Name = "full";

    private int _layers;

    public string Spec => Name;

    public void Begin(ModelConfig config, GenerationOptions options) => _layers = config.LayerCount;

    public int NextStop(int layer) => _layers;

    public ExitAction Decide(ExitView view) => ExitAction.Continue;

    internal static FullDepthPolicy Parse(PolicySpec spec)
    {
        spec.HasNothing();
        return new FullDepthPolicy();
    }
}
