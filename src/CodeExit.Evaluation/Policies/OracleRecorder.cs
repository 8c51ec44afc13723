using CodeExit.Inference.Decoding;
using CodeExit.Inference.EarlyExit;
using CodeExit.Inference.Models;

namespace CodeExit.Evaluation.Policies;

/// <summary>
/// Runs full depth, and notes which token every exit would have said. The token-level oracle leaves each token at the first exit that says
/// what the last layer says: no policy that keeps the output can run fewer layers.
/// </summary>
/// <param name="inner">Told of the tokens too; decides when the generation ends.</param>
internal sealed class OracleRecorder(ITokenObserver inner) : IExitPolicy, ITokenObserver
{
    private readonly List<int> _layers = [];
    private readonly List<(int Layer, int Token)> _said = [];
    private ModelConfig _config = null!;

    public string Spec => PolicyBenchmark.Oracle;

    /// <summary>Least layers of each token.</summary>
    public IReadOnlyList<int> Layers => _layers;

    public void Begin(ModelConfig config, GenerationOptions options) => _config = config;

    public int NextStop(int layer)
    {
        if (layer == 0) _said.Clear();
        return _config.ExitLayers.First(exit => exit > layer);
    }

    public ExitAction Decide(ExitView view)
    {
        _said.Add((view.Layer, view.Logits.Largest(0)));
        return ExitAction.Continue;
    }

    public bool OnToken(int token)
    {
        var first = _said.FindIndex(each => each.Token == token);
        _layers.Add(first < 0 ? _config.LayerCount : _said[first].Layer);
        return inner.OnToken(token);
    }
}
