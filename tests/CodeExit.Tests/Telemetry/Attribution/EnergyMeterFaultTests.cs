using CodeExit.Telemetry;
using CodeExit.Telemetry.Sources;
using CodeExit.Tests.Telemetry.Simulation;

namespace CodeExit.Tests.Telemetry.Attribution;

/// <summary>What makes a number doubtful or impossible, and that the number says so.</summary>
public sealed class EnergyMeterFaultTests
{
    private readonly SimulatedTime _time = new();
    private readonly SimulatedRequests _requests;

    public EnergyMeterFaultTests() => _requests = new SimulatedRequests(_time);

    [Fact]
    public void Measured_CounterResetDuringARequest_IsNotADifference()
    {
        var source = new SimulatedSource(_time);
        using var meter = _requests.Warm(source);

        var joules = _requests.Run(meter, source, watts: 300, seconds: 0.5, midway: () => source.Epoch++);

        Assert.Equal((null, EnergyLabel.Unavailable), (joules.Joules, joules.Label));
        Assert.Contains("was reset", joules.Source, StringComparison.Ordinal);
        Assert.Equal(EnergyLabel.MeasuredCounter, _requests.Run(meter, source, 300, 0.5).Label);
    }

    [Fact]
    public void Measured_CounterResetWithPowerAtHand_IsIntegrated()
    {
        var source = new SimulatedSource(_time) { HasPower = true };
        using var meter = _requests.Warm(source);

        var joules = _requests.Run(meter, source, watts: 300, seconds: 0.5, midway: () => source.Epoch++);

        Assert.Equal(EnergyLabel.MeasuredIntegrated, joules.Label);
        Assert.Equal(150, joules.Joules!.Value, 7.5);
    }

    [Fact]
    public void Measured_CounterStandsStill_SaysSo()
    {
        var source = new SimulatedSource(_time);
        using var meter = _requests.Warm(source);
        source.StandsStillAt = _time.Now.TotalSeconds;

        var joules = _requests.Run(meter, source, watts: 300, seconds: 0.5);

        Assert.Equal(EnergyLabel.Unavailable, joules.Label);
        Assert.Contains("stood still", joules.Source, StringComparison.Ordinal);
    }

    [Fact]
    public void Measured_DeviceLost_IsLeftAloneLongerAndLongerAndComesBack()
    {
        var source = new SimulatedSource(_time);
        using var meter = _requests.Warm(source);
        source.Fault = ReadFault.Lost;

        var joules = _requests.Run(meter, source, watts: 300, seconds: 0.5);
        Assert.Equal(EnergyLabel.Unavailable, joules.Label);
        Assert.Contains("simulated Lost", joules.Source, StringComparison.Ordinal);

        var reads = source.Reads;
        _requests.Run(meter, source, watts: 300, seconds: 20);
        Assert.InRange(source.Reads - reads, 3, 6); // after 1, 2, 4, 8, … seconds, and not every 10 ms

        source.Fault = ReadFault.None;
        _time.Advance(60);
        Assert.Equal(EnergyLabel.MeasuredCounter, _requests.Run(meter, source, 300, 0.5).Label);
    }

    [Fact]
    public void Measured_PassingFault_LosesNothing()
    {
        var source = new SimulatedSource(_time);
        using var meter = _requests.Warm(source);

        var joules = _requests.Run(meter, source, watts: 300, seconds: 0.5,
            midway: () =>
            {
                source.Fault = ReadFault.Retry;
                _time.Advance(0.15);
                source.Fault = ReadFault.None;
            });

        Assert.Equal(EnergyLabel.MeasuredCounter, joules.Label);
        Assert.Equal(300 * 0.5 + 70 * 0.15, joules.Joules!.Value, 1.0); // the drawing ended after 0.5 s
    }

    [Fact]
    public void Measured_OthersOnTheDevice_IsContaminated()
    {
        var source = new SimulatedSource(_time) { Others = TimeSpan.FromSeconds(5) };
        using var meter = _requests.Warm(source);

        Assert.Null(_requests.Run(meter, source, 300, 1).Contamination);
        Assert.Contains("20 %", _requests.Run(meter, source, 300, 1, midway: () => source.Others += TimeSpan.FromSeconds(0.2)).Contamination, StringComparison.Ordinal);
        Assert.Null(_requests.Run(meter, source, 300, 1, midway: () => source.Others += TimeSpan.FromSeconds(0.09)).Contamination);
    }

    [Fact]
    public void Measured_DeviceBusyBefore_IsContaminatedAndRestIsNotRelearned()
    {
        var source = new SimulatedSource(_time);
        using var meter = _requests.Warm(source);
        source.Draw(250, 2.9);
        _time.Advance(3);

        var joules = _requests.Run(meter, source, 300, 0.5);

        Assert.Contains("busy right before", joules.Contamination, StringComparison.Ordinal);
        Assert.Equal(70, joules.IdleWatts!.Value, 0.5);
        _time.Advance(3);
        Assert.Null(_requests.Run(meter, source, 300, 0.5).Contamination);
    }
}
