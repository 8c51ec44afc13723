using CodeExit.Completion;
using CodeExit.Evaluation.Serving;
using CodeExit.Inference.Decoding;
using CodeExit.Inference.EarlyExit;
using CodeExit.Telemetry;
using CodeExit.Telemetry.Attribution;
using CodeExit.Telemetry.Metrics;
using CodeExit.Telemetry.Records;
using CodeExit.Tests.Cli;
using CodeExit.Tests.Telemetry.Simulation;

namespace CodeExit.Tests.Evaluation.Serving;

/// <summary>
/// Says what it is told to, a character a token, and has a device work for it: so many seconds for each layer of each token. No thread of
/// its own, so that only the simulated clock says when anything happens. Six layers.
/// </summary>
internal sealed class SimulatedService : ICompletionService
{
    public const int Layers = 6;

    private readonly SteadyDevice _device;
    private readonly double _secondsPerLayer;
    private readonly Func<int, string, string> _says;
    private readonly BenchmarkSetting _setting;
    private readonly int _depth;

    private SimulatedService(SteadyDevice device, double secondsPerLayer, Func<int, string, string> says, BenchmarkSetting setting)
    {
        (_device, _secondsPerLayer, _says, _setting) = (device, secondsPerLayer, says, setting);
        var config = TestConfig.Create(vocabulary: 256, context: 4096, layers: Layers) with { ExitLayers = [2, 4, Layers] };
        var policy = ExitPolicies.Parse(setting.Depth.Policy ?? FullDepthPolicy.Name, config);
        policy.Begin(config, new GenerationOptions());
        _depth = policy.NextStop(0);
    }

    public CompletionServiceStatus Status => new("ready", "simulated", "cpu", 0, 0, null);

    public DepthStatus DepthOf(DepthSettings? settings)
    {
        var mode = _setting.Depth.Mode ?? "custom";
        return new DepthStatus(mode, mode, _setting.Depth.Policy ?? FullDepthPolicy.Name, "asked for");
    }

    public IReadOnlyList<EnergyTotal> EnergyTotals => [];

    /// <param name="says">From the depth and the text before the cursor to the answer.</param>
    public static BenchmarkSubject Subject(SteadyDevice device, SimulatedTime time, double secondsPerLayer, Func<int, string, string> says) =>
        new("simulated", setting => new SimulatedService(device, secondsPerLayer, says, setting), new EnergyMeter([device], time), time);

    public void Report(SuggestionFate fate) { }

    public Task WarmAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task UnloadAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public bool Recalls(CompletionRequest request) => false;

    public async Task<CompletionResult?> CompleteAsync(CompletionRequest request, CancellationToken cancellationToken)
    {
        var text = _says(_depth, request.Text[..request.Offset]);
        var seconds = text.Length * _depth * _secondsPerLayer;
        await _device.WorkAsync(seconds, cancellationToken).ConfigureAwait(false);
        return new CompletionResult(
            text, StopReason.EndOfLine, text.Length, 10, 5, Layers, [.. text.Select(_ => _depth)], new CompletionLatency(seconds * 1000, 0, 0, seconds * 1000),
            EnergyMeasurement.Unavailable(TimeSpan.Zero), DepthOf(null).Policy, DepthOf(null).Mode, "simulated", "cpu");
    }

    public void Dispose() { }
}
