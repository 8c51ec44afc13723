using CodeExit.Telemetry;
using CodeExit.Telemetry.Sources;
using CodeExit.Tests.Telemetry.Simulation;

namespace CodeExit.Tests.Telemetry.Sources;

public sealed class EstimateSourceTests
{
    private readonly SimulatedTime _time = new();

    [Theory]
    [InlineData(null, 8, 32)] // 4 W a thread
    [InlineData(65.0, 8, 65)]
    public void Read_AllThreadsBusy_IsFullPower(double? given, int threads, double watts)
    {
        var source = new EstimateSource(given, threads, _time, () => threads * _time.Now);
        var before = source.Read().Joules!.Value;
        _time.Advance(2);

        Assert.Equal(2 * watts, source.Read().Joules!.Value - before, 1e-9);
        Assert.Equal(EnergyLabel.EstimatedModel, source.Info.Label);
    }

    [Fact]
    public void Read_AtRest_IsTheIdlePowerItStates()
    {
        var source = new EstimateSource(null, 4, _time, () => TimeSpan.FromSeconds(3));
        var before = source.Read().Joules!.Value;
        _time.Advance(10);

        Assert.Equal(10 * source.Info.IdleWatts!.Value, source.Read().Joules!.Value - before, 1e-9);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("-5")]
    [InlineData("65W")]
    [InlineData("NaN")]
    public void FromEnvironment_WattsThatAreNone_NamesTheVariable(string value)
    {
        var refusal = Assert.Throws<ArgumentException>(() => TelemetryOptions.FromEnvironment(name => name == TelemetryOptions.CpuWattsVariable ? value : null));

        Assert.Contains($"CODEEXIT_CPU_WATTS {value}: must be watts", refusal.Message, StringComparison.Ordinal);
    }
}
