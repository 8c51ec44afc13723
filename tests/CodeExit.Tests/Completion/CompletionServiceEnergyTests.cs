using CodeExit.Completion;
using CodeExit.Telemetry;
using CodeExit.Telemetry.Attribution;
using CodeExit.Telemetry.Costs;
using CodeExit.Telemetry.Sources;
using CodeExit.Tests.Completion.Fakes;
using CodeExit.Tests.Telemetry.Simulation;

namespace CodeExit.Tests.Completion;

/// <summary>What an answer says of its joules. A request takes as long as the test says, as its generator moves the clock.</summary>
public sealed class CompletionServiceEnergyTests
{
    private static readonly CompletionRequest Anything = new("x = ", 4);

    private readonly SimulatedTime _time = new();

    [Fact]
    public async Task CompleteAsync_Estimate_IsThereAtOnce()
    {
        using var service = Service(new EstimateSource(20, 1, _time, () => _time.Now), seconds: 0.5);

        var result = (await service.CompleteAsync(Anything, default))!;

        Assert.Equal((EnergyLabel.EstimatedModel, "process"), (result.Energy.Label, result.Energy.Scope));
        Assert.Equal(20 * 0.5, result.Energy.Joules!.Value, 1e-6);
        Assert.Equal(18 * 0.5, result.Energy.NetJoules!.Value, 1e-6);
        Assert.Equal(result.Energy, await result.MeasuredEnergy!);
    }

    [Fact]
    public async Task CompleteAsync_Counter_IsMeasuredAMomentLater()
    {
        var source = new SimulatedSource(_time);
        using var service = Service(source, seconds: 0.5);

        var result = (await service.CompleteAsync(Anything, default))!;
        Assert.Equal(EnergyLabel.Unavailable, result.Energy.Label);
        Assert.Contains("not measured yet", result.Energy.Source, StringComparison.Ordinal);
        Assert.False(result.MeasuredEnergy!.IsCompleted);

        var measured = await _time.RunAsync(result.MeasuredEnergy);
        Assert.Equal((EnergyLabel.MeasuredCounter, "simulated"), (measured.Label, measured.Source));
        Assert.Equal(300 * 0.5, measured.Joules!.Value, 5.0);
    }

    [Fact]
    public async Task CompleteAsync_ManyMeasured_AreBilledAtOnceByTheirWork()
    {
        var source = new SimulatedSource(_time);
        using var service = Service(source, seconds: 0.5);
        for (var i = 0; i < LayerCosts.FewestWindows; i++) await _time.RunAsync((await service.CompleteAsync(Anything, default))!.MeasuredEnergy!);

        var result = (await service.CompleteAsync(Anything, default))!;

        Assert.Equal((EnergyLabel.Apportioned, "simulated", "gpu"), (result.Energy.Label, result.Energy.Source, result.Energy.Scope));
        Assert.Equal(230 * 0.5, result.Energy.NetJoules!.Value, 5.0);
        Assert.Equal(300 * 0.5, result.Energy.Joules!.Value, 5.0);
    }

    [Fact]
    public async Task CompleteAsync_Cancelled_StopsReading()
    {
        var source = new SimulatedSource(_time);
        using var meter = new EnergyMeter([source], _time);
        using var stop = new CancellationTokenSource();
        var generator = new ScriptedGenerator
        {
            Script = (_, token) =>
            {
                stop.Cancel();
                token.WaitHandle.WaitOne();
                throw new OperationCanceledException(token);
            },
        };
        var service = new CompletionService(_ => generator.Loaded(), new(), _time, meter);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => service.CompleteAsync(Anything, stop.Token));
        await service.WarmAsync(default); // the worker has left the request behind

        _time.Advance(3);
        var polls = meter.Polls;
        _time.Advance(60);

        Assert.Equal(polls, meter.Polls);
        service.Dispose();
    }

    /// <summary>Its requests take so long, and draw 300 W meanwhile.</summary>
    private CompletionService Service(IEnergySource source, double seconds)
    {
        var generator = new ScriptedGenerator
        {
            Script = (_, _) =>
            {
                (source as SimulatedSource)?.Draw(300, seconds);
                _time.Advance(seconds);
                return ByteTokenizer.Tokens("a + b");
            },
        };
        return new CompletionService(_ => generator.Loaded(), new(), _time, new EnergyMeter([source], _time));
    }
}
