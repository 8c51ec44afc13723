using CodeExit.Completion;
using CodeExit.Evaluation.Serving;
using CodeExit.Inference.Decoding;
using CodeExit.Inference.EarlyExit;
using CodeExit.Inference.Models;
using CodeExit.Telemetry.Attribution;
using CodeExit.Tests.Completion.Fakes;
using CodeExit.Tests.Evaluation.Calibration;
using CodeExit.Tests.Telemetry.Simulation;

namespace CodeExit.Tests.Evaluation.Serving;

/// <summary>Says what it is told to, and has a device work for it: so many seconds for each layer of each token. Six layers.</summary>
/// <param name="says">From the depth and the text before the cursor to the answer.</param>
internal sealed class LayeredGenerator(SteadyDevice device, double secondsPerLayer, Func<int, string, string> says) : IGenerator
{
    private readonly DepthGenerator _inner = new(says);

    public ModelConfig Config => _inner.Config;

    public int ContextLength => _inner.ContextLength;

    public string Device => "cpu";

    public GenerationResult Generate(
        ReadOnlySpan<int> prompt, GenerationOptions options, IExitPolicy policy, IReadOnlySet<int> endTokens, ITokenObserver? observer,
        CancellationToken cancellationToken)
    {
        var result = _inner.Generate(prompt, options, policy, endTokens, observer, cancellationToken);
        var seconds = result.LayersPerToken.Sum() * secondsPerLayer;
        if (seconds > 0) device.Work(seconds, cancellationToken);
        return result with { Decode = TimeSpan.FromSeconds(seconds) };
    }

    /// <summary>Prompts are what stands before the cursor and nothing else.</summary>
    public LoadedModel Loaded() => new("layered", this, new ByteTokenizer { Fim = null });

    public BenchmarkSubject Subject(SimulatedTime time) => new(Loaded(), new EnergyMeter([device], time), time);

    public void Dispose() { }
}
