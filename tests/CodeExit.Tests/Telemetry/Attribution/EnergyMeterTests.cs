using CodeExit.Telemetry;
using CodeExit.Telemetry.Attribution;
using CodeExit.Telemetry.Sources;
using CodeExit.Tests.Telemetry.Simulation;

namespace CodeExit.Tests.Telemetry.Attribution;

/// <summary>Windows over devices that know exactly what they drew.</summary>
public sealed class EnergyMeterTests
{
    private readonly SimulatedTime _time = new();
    private readonly SimulatedRequests _requests;

    public EnergyMeterTests() => _requests = new SimulatedRequests(_time);

    [Fact]
    public void Polls_WhileNoRequestRuns_StandStill()
    {
        var source = new SimulatedSource(_time);
        using var meter = new EnergyMeter([source], _time);
        _time.Advance(60);
        Assert.Equal((0, 0), (meter.Polls, source.Reads));

        var window = meter.Open();
        _time.Advance(0.2);
        window.Close();
        _time.Advance(2);
        var after = (meter.Polls, source.Reads);
        _time.Advance(3600);

        Assert.Equal(after, (meter.Polls, source.Reads));
        Assert.InRange(meter.Polls, 20, 60); // 450 ms at 10 ms each
        Assert.True(window.Measured.IsCompletedSuccessfully);
    }

    [Fact]
    public void Measured_PauseBefore_KnowsWhatTheDeviceDrawsAtRest()
    {
        var source = new SimulatedSource(_time) { RestWatts = 23 };
        using var meter = _requests.Warm(source);

        var joules = _requests.Run(meter, source, watts: 200, seconds: 0.73);

        Assert.Equal(23, joules.IdleWatts!.Value, 0.1);
        Assert.Equal(200 * 0.73, joules.Joules!.Value, 0.5);
        Assert.Equal(177 * 0.73, joules.NetJoules!.Value, 0.5);
        Assert.Equal(("simulated", "gpu", 0.73), (joules.Source, joules.Scope, joules.Window.TotalSeconds));
    }

    [Fact]
    public void Measured_FirstRequestEver_TakesRestFromTheTimeAfterIt()
    {
        var source = new SimulatedSource(_time);
        using var meter = new EnergyMeter([source], _time);

        var joules = _requests.Run(meter, source, watts: 300, seconds: 0.5);

        Assert.Equal(70, joules.IdleWatts!.Value, 1.0);
        Assert.Equal(150, joules.Joules!.Value, 3.0);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Measured_OverlappingRequests_NetsAddUpToWhatWasDrawn(int seed)
    {
        var source = new SimulatedSource(_time);
        using var meter = _requests.Warm(source);
        var random = new Random(seed);
        var begin = _time.Now.TotalSeconds;
        source.Draw(310, 3);
        List<EnergyWindow> windows = [];
        List<EnergyWindow> open = [];
        while (_time.Now.TotalSeconds < begin + 3 - 0.25)
        {
            if (open.Count < 3) open.Add(meter.Open());
            windows = [.. windows.Union(open)];
            _time.Advance(0.02 + 0.2 * random.NextDouble());
            if (open.Count < 2) continue; // some request is always active
            var ended = open[random.Next(open.Count)];
            ended.Close();
            open.Remove(ended);
        }
        _time.Advance(begin + 3 - _time.Now.TotalSeconds);
        foreach (var window in open) window.Close();
        _time.Advance(2);

        var net = windows.Sum(window => window.Settled().NetJoules!.Value);

        Assert.True(windows.Count > 10);
        Assert.Equal(source.TrueNet(begin, 1000), net, 3.0);
    }

    [Fact]
    public void Measured_TwoAtTheSameTime_ShareAlike()
    {
        var source = new SimulatedSource(_time);
        using var meter = _requests.Warm(source);
        var (first, second) = (meter.Open(), meter.Open());
        source.Draw(270, 1);
        _time.Advance(1);
        first.Close();
        second.Close();
        _time.Advance(1);

        var joules = (first.Settled(), second.Settled());

        Assert.Equal(100, joules.Item1.NetJoules!.Value, 0.5);
        Assert.Equal(joules.Item1.NetJoules!.Value, joules.Item2.NetJoules!.Value, 1e-9);
        Assert.Equal(135, joules.Item1.Joules!.Value, 0.5); // half of the device's rest too: grosses add up as nets do
    }

    [Fact]
    public void Measured_ShortInsideLong_OwesHalfOfItsTime()
    {
        var source = new SimulatedSource(_time);
        using var meter = _requests.Warm(source);
        var outer = meter.Open();
        source.Draw(270, 2);
        _time.Advance(0.5);
        var inner = meter.Open();
        _time.Advance(1);
        inner.Close();
        _time.Advance(0.5);
        outer.Close();
        _time.Advance(1);

        Assert.Equal(100, inner.Settled().NetJoules!.Value, 1.0);
        Assert.Equal(300, outer.Settled().NetJoules!.Value, 1.0);
    }

    [Fact]
    public void Measured_PowerOnly_IsIntegrated()
    {
        var source = new SimulatedSource(_time, EnergyLabel.MeasuredIntegrated) { HasCounter = false, HasPower = true };
        using var meter = _requests.Warm(source);

        var joules = _requests.Run(meter, source, watts: 300, seconds: 0.5);

        Assert.Equal(EnergyLabel.MeasuredIntegrated, joules.Label);
        Assert.Equal(150, joules.Joules!.Value, 7.5);
        Assert.Equal(70, joules.IdleWatts!.Value, 1.0);
    }

    [Fact]
    public void Measured_DeviceCalmsDownSlowly_IsTheTail()
    {
        var source = new SimulatedSource(_time) { Period = 0.02 };
        using var meter = _requests.Warm(source);
        source.Draw(130, 0.2, after: 0.5);

        var joules = _requests.Run(meter, source, watts: 300, seconds: 0.5);

        Assert.Equal(230 * 0.5 + 60 * 0.2, joules.NetJoules!.Value + joules.TailJoules!.Value, 2.0);
        Assert.InRange(joules.TailJoules!.Value, 60 * 0.17, 60 * 0.2);
    }

    [Fact]
    public void Measured_SeveralSources_StayApart()
    {
        var (card, processor) = (new SimulatedSource(_time), new SimulatedSource(_time) { RestWatts = 20, Period = 0.001 });
        using var meter = new EnergyMeter([card, processor], _time);
        for (var i = 0; i < 5; i++) _requests.Run(meter, card, 300, 0.1);

        var window = meter.Open();
        card.Draw(300, 1);
        processor.Draw(50, 1);
        _time.Advance(1);
        window.Close();
        _time.Advance(1);

        Assert.Equal(300, window.Settled().Joules!.Value, 1.0);
        Assert.Equal(50, window.Settled(1).Joules!.Value, 0.5);
    }

    [Fact]
    public async Task Open_FromManyThreads_AnswersEveryWindow()
    {
        var source = new EstimateSource(null, 1, _time, () => TimeSpan.Zero);
        using var meter = new EnergyMeter([source], _time); // a clock that stands: the meter's own timer adds no reading
        var windows = new System.Collections.Concurrent.ConcurrentBag<EnergyWindow>();

        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() =>
        {
            for (var i = 0; i < 50; i++)
            {
                using var window = meter.Open();
                windows.Add(window);
            }
        })));

        Assert.Equal(400, windows.Count);
        Assert.All(windows, window => Assert.Equal(EnergyLabel.EstimatedModel, window.Settled().Label));
        Assert.Equal(800, meter.Polls);
    }

    [Fact]
    public void Dispose_WithOpenWindows_AnswersThem()
    {
        var meter = new EnergyMeter([new SimulatedSource(_time)], _time);
        var window = meter.Open();
        _time.Advance(0.5);

        meter.Dispose();

        Assert.True(window.Measured.IsCompletedSuccessfully);
        window.Close();
    }
}
