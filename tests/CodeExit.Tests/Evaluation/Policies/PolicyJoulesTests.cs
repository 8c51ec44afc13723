using CodeExit.Evaluation.Policies;
using CodeExit.Telemetry;
using CodeExit.Telemetry.Attribution;
using CodeExit.Tests.Evaluation.Serving;
using CodeExit.Tests.Telemetry.Simulation;

namespace CodeExit.Tests.Evaluation.Policies;

public sealed class PolicyJoulesTests : IDisposable
{
    private readonly SimulatedTime _time = new();
    private readonly SteadyDevice _device;
    private readonly EnergyMeter _meter;

    public PolicyJoulesTests()
    {
        _device = new SteadyDevice(_time);
        _meter = new EnergyMeter([_device], _time);
    }

    public void Dispose()
    {
        _meter.Dispose();
        _device.Dispose();
    }

    [Fact]
    public void RatioTo_OneLabel_IsThatOfTheWork()
    {
        var (own, full) = (new PolicyJoules(), new PolicyJoules());
        Run(own, 0.2);
        Run(full, 0.5);
        Run(full, 0.3);

        var (ratio, label) = own.RatioTo(full);

        Assert.Equal(0.25, ratio!.Value, 1e-9);
        Assert.Equal("measured-counter", label);
    }

    [Fact]
    public void RatioTo_AnotherLabel_IsNotTold()
    {
        var (own, full) = (new PolicyJoules(), new PolicyJoules());
        Run(full, 0.5);
        _device.Label = EnergyLabel.EstimatedModel;
        Run(own, 0.2);

        Assert.Equal((null, "unavailable"), own.RatioTo(full));
    }

    [Fact]
    public void RatioTo_NoWindow_IsNotTold() => Assert.Equal((null, "unavailable"), new PolicyJoules().RatioTo(new PolicyJoules()));

    private void Run(PolicyJoules joules, double seconds)
    {
        var window = _meter.Open();
        _ = _device.WorkAsync(seconds, CancellationToken.None);
        _time.Advance(seconds);
        window.Close();
        joules.Add(window);
        _time.Advance(1.5);
    }
}
