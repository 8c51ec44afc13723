using CodeExit.Telemetry;
using CodeExit.Telemetry.Attribution;
using CodeExit.Telemetry.Sources;
using CodeExit.Tests.Telemetry.Simulation;

namespace CodeExit.Tests.Telemetry.Attribution;

/// <summary>A meter whose model moves from one device to another.</summary>
public sealed class EnergyMeterWatchTests
{
    private readonly SimulatedTime _time = new();

    [Fact]
    public void Watch_AnotherDevice_BillsThatOneAndForgetsTheRestOfTheOld()
    {
        var (first, second) = (new SimulatedSource(_time) { RestWatts = 70 }, new SimulatedSource(_time) { RestWatts = 10 });
        var requests = new SimulatedRequests(_time);
        using var meter = requests.Warm(first);
        Assert.Equal(70, meter.Power[0].IdleWatts!.Value, 1.0);

        meter.Watch([second]);
        Assert.Null(meter.Power[0].IdleWatts); // of the second nothing is known yet
        for (var i = 0; i < 6; i++) requests.Run(meter, second, 100, 0.1);
        var reads = first.Reads;
        var bill = requests.Run(meter, second, 210, 0.5);

        Assert.Equal(reads, first.Reads);
        Assert.Equal(100, bill.NetJoules!.Value, 2.0);
        Assert.Equal(105, bill.Joules!.Value, 2.0);
    }

    [Fact]
    public async Task Watch_WindowsOpen_EndsThemWithWhatIsKnown()
    {
        var source = new SimulatedSource(_time);
        using var meter = new EnergyMeter([source], _time);
        var (open, closed) = (meter.Open(), meter.Open());
        _time.Advance(0.5);
        closed.Close();

        meter.Watch([new SimulatedSource(_time), new SimulatedSource(_time)]);

        Assert.True(open.Measured.IsCompletedSuccessfully && closed.Measured.IsCompletedSuccessfully);
        open.Close(); // says nothing any more
        using var next = meter.Open();
        _time.Advance(0.5);
        next.Close();
        _time.Advance(1.01);
        Assert.Equal(2, (await next.Measured).Count);
    }

    [Fact]
    public void Watch_BetweenRequests_StartsNoReading()
    {
        var source = new SimulatedSource(_time);
        using var meter = new EnergyMeter([new SimulatedSource(_time)], _time);

        meter.Watch([source]);
        _time.Advance(10);

        Assert.Equal(0, source.Reads);
    }

    [Fact]
    public void Measured_DeviceThatCannotBeRead_IsUnavailableWithTheReason()
    {
        var processor = new SimulatedSource(_time);
        using var meter = new EnergyMeter([new UnreadableSource("gpu:0000:01:00.0", "Card", "gpu", "no driver tells"), processor], _time);
        var window = meter.Open();
        processor.Draw(100, 1);
        _time.Advance(1);
        window.Close();
        _time.Advance(1.01);

        var (card, other) = (window.Settled(), window.Settled(source: 1));

        Assert.Equal((EnergyLabel.Unavailable, null, "gpu:0000:01:00.0: no driver tells"), (card.Label, card.Joules, card.Source));
        Assert.True(other.Joules > 0);
    }
}
