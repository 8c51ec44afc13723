using CodeExit.Completion;
using CodeExit.Completion.Calibration;
using CodeExit.Inference.Checkpoints;
using CodeExit.Inference.Compute.Cpu;
using CodeExit.Inference.Decoding;
using CodeExit.Inference.Models;
using CodeExit.Inference.Tokenization;
using CodeExit.Telemetry;
using CodeExit.Telemetry.Attribution;
using CodeExit.Telemetry.Costs;
using CodeExit.Telemetry.Sources;
using CodeExit.Tests.Completion.Governor.Simulation;
using CodeExit.Tests.Telemetry.Simulation;

namespace CodeExit.Tests.Completion;

/// <summary>
/// Mode auto in closed loop: the service, the embedded model with its calibrated modes, meter and governor as they are, on a simulated
/// card. What is typed are this repository's own Python files, line by line.
/// </summary>
public sealed class CompletionServiceGovernorTests : IDisposable
{
    /// <summary>Seconds: ten times the governor's average, and some ten suggestions, each with a prefill that the governor cannot make cheaper.</summary>
    private const double MeanOver = 5;

    private readonly SimulatedTime _time = new();
    private readonly LaggingDevice _device;
    private readonly MeteredDecoder _decoder;
    private readonly LoadedModel _model;

    public CompletionServiceGovernorTests()
    {
        var folder = RepositoryFiles.Path("models", "default");
        var checkpoint = Checkpoint.Open(folder);
        var modes = CalibratedModes.Read(folder, BaseFingerprint.WithLearned(checkpoint), checkpoint.Config);
        _device = new LaggingDevice(_time);
        _decoder = new MeteredDecoder(new CpuDecoderModel(checkpoint, WeightPrecision.Int8, 1024, threads: 1), _time, _device);
        _model = new LoadedModel("embedded", new Generator(_decoder), BytePairTokenizer.Load(folder)) { Modes = modes };
    }

    public void Dispose() => _model.Dispose();

    /// <summary>Saver takes about 75 W of this card when someone types without a pause, quality about 97 W.</summary>
    [Theory]
    [InlineData(80)]
    [InlineData(90)]
    public async Task PowerCap_BetweenSaverAndQuality_IsHeldAndTheModeDoesNotFlap(double cap)
    {
        using var service = Service(new DepthSettings { PowerCapWatts = cap });
        List<double> means = [], changes = [];
        var (joules, seconds, mode) = (0.0, 0.0, "");
        _decoder.TokenBegins = () =>
        {
            var (now, named) = (_time.Now.TotalSeconds, service.DepthOf(null).EffectiveMode);
            if (named != mode && mode.Length > 0) changes.Add(now); // the first name is no change
            mode = named;
            if (now - seconds < MeanOver) return;
            means.Add((_device.Joules - joules) / (now - seconds));
            (joules, seconds) = (_device.Joules, now);
        };

        await TypeAsync(service, stretch: 1500, requests: 300, pause: _ => Task.CompletedTask);

        var settled = means.Skip(3).ToArray();
        Assert.True(settled.Length >= 15);
        Assert.InRange(settled.Average(), 0.95 * cap, 1.05 * cap);
        // Now and then come suggestions that are nearly all prefill: that is above the cap at any price.
        Assert.True(settled.Count(watts => watts > 1.05 * cap) <= settled.Length / 20 && settled.Max() < 1.1 * cap, string.Join(" ", settled));
        // The first is no change but the mode of the start.
        Assert.All(changes.Skip(1).Zip(changes.Skip(2)), pair => Assert.True(pair.Second - pair.First >= 10, string.Join(" ", changes)));
    }

    /// <summary>Suggestions here cost about 17 J in saver and 32 J in quality, prefill included.</summary>
    [Theory]
    [InlineData(20)]
    [InlineData(24)]
    public async Task Budget_BetweenSaverAndQuality_IsUsedAndNotExceeded(double budget)
    {
        using var service = Service(new DepthSettings { BudgetJoules = budget });

        var results = await TypeAsync(service, stretch: 400, requests: 400, pause: result => _time.RunAsync(result.MeasuredEnergy!));

        // Before it is known what a layer costs, nothing can be held.
        var joules = results.Skip(LayerCosts.FewestWindows).Select(each => each.MeasuredEnergy!.Result.NetJoules!.Value).ToArray();
        Assert.InRange(joules.Average() / budget, 0.9, 1.0);
    }

    /// <summary>Where nothing can be measured, a budget is held by the estimate, and says so.</summary>
    [Fact]
    public async Task Budget_NothingToMeasure_IsHeldByTheEstimate()
    {
        using var service = Service(new DepthSettings { BudgetJoules = 8 }, new EstimateSource(20, 1, _time, () => _time.Now));
        await service.WarmAsync(default);
        Assert.Equal(("auto", "balanced", "price:auto,kv=propagate"), (service.DepthOf(null).Mode, service.DepthOf(null).EffectiveMode, service.DepthOf(null).Policy));
        Assert.Contains("before it is known what a layer costs", service.DepthOf(null).Reason);

        var results = await TypeAsync(service, stretch: 400, requests: 400, pause: result => _time.RunAsync(result.MeasuredEnergy!));

        var joules = results.Skip(LayerCosts.FewestWindows).Select(each => each.Energy.NetJoules!.Value).ToArray();
        Assert.InRange(joules.Average() / 8, 0.9, 1.0);
        Assert.EndsWith("(estimated)", service.DepthOf(null).Reason);
        Assert.All(results, each => Assert.Equal(EnergyLabel.EstimatedModel, each.Energy.Label));
    }

    private CompletionService Service(DepthSettings depth, IEnergySource? source = null) => new(
        _ => _model, new CompletionOptions { Depth = depth }, _time, new EnergyMeter([source ?? _device], _time));

    /// <summary>Asks at one place after the other.</summary>
    private static async Task<List<CompletionResult>> TypeAsync(CompletionService service, int stretch, int requests, Func<CompletionResult, Task> pause)
    {
        var results = new List<CompletionResult>();
        foreach (var request in Requests(stretch).Take(requests))
        {
            results.Add((await service.CompleteAsync(request, default))!);
            await pause(results[^1]); // the worker rests: who pauses moves the clock
        }
        return results;
    }

    /// <summary>Types a stretch into the middle of each file, some keys at a time: a cold prompt, which no depth of decoding can pay for, comes only with a new file.</summary>
    private static IEnumerable<CompletionRequest> Requests(int stretch)
    {
        const int Keys = 5;
        var files = Directory.EnumerateFiles(RepositoryFiles.Path("models", "pretraining"), "*.py", SearchOption.AllDirectories).Order(StringComparer.Ordinal);
        foreach (var text in files.Select(File.ReadAllText).Where(text => text.Length > 3000))
        {
            var start = text.Length / 2;
            for (var typed = 0; typed < stretch; typed += Keys)
                yield return new CompletionRequest(text[..(start + typed)] + text[(start + stretch)..], start + typed) { LanguageId = "python" };
        }
    }
}
