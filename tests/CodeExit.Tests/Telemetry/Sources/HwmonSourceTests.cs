using CodeExit.Telemetry;
using CodeExit.Telemetry.Sources;
using CodeExit.Tests.Telemetry.Simulation;

namespace CodeExit.Tests.Telemetry.Sources;

public sealed class HwmonSourceTests : IDisposable
{
    private readonly SimulatedTime _time = new();
    private readonly FakeSysfs _sysfs = new();

    [Theory]
    [InlineData("power1_input")]
    [InlineData("power1_average")]
    public void Read_Amdgpu_TellsWatts(string attribute)
    {
        _sysfs.Hwmon("hwmon3", "amdgpu", "0000:03:00.0", attribute, 41_500_000);
        _sysfs.Write("class/hwmon/hwmon3/power1_cap", 213_000_000);
        using var sources = Discover();
        var card = sources.ForCard("0000:03:00.0")!;

        Assert.Equal(new SourceReading(null, 41.5, 0), card.Read());
        Assert.Equal(("amdgpu:0000:03:00.0", EnergyLabel.MeasuredIntegrated, 213.0), (card.Info.Id, card.Info.Label, card.Info.LimitWatts));
    }

    [Theory]
    [InlineData("i915")]
    [InlineData("xe")]
    public void Read_Intel_CountsJoules(string driver)
    {
        _sysfs.Hwmon("hwmon0", driver, "0000:03:00.0", "energy1_input", 1_000_000);
        using var sources = Discover();
        var card = sources.ForCard("0000:03:00.0")!;
        var before = card.Read();

        _time.Advance(1);
        _sysfs.Write("class/hwmon/hwmon0/energy1_input", 33_000_000);

        Assert.Equal(32, card.Read().Joules!.Value - before.Joules!.Value, 1e-9);
        Assert.Equal((EnergyLabel.MeasuredCounter, "gpu"), (card.Info.Label, card.Info.Scope));
    }

    [Fact]
    public void Read_CardUnplugged_IsLostAndItsReturnANewEpoch()
    {
        _sysfs.Hwmon("hwmon0", "xe", "0000:03:00.0", "energy1_input", 1_000_000);
        using var sources = Discover();
        var card = sources.ForCard("0000:03:00.0")!;
        var before = card.Read();

        _sysfs.Delete("class/hwmon/hwmon0/energy1_input");
        Assert.Equal(ReadFault.Lost, card.Read().Fault);
        _sysfs.Write("class/hwmon/hwmon0/energy1_input", 2_000_000);

        Assert.NotEqual(before.Epoch, card.Read().Epoch);
    }

    [Fact]
    public void Discover_CardAsleep_IsNotWoken()
    {
        _sysfs.Hwmon("hwmon0", "amdgpu", "0000:03:00.0", "power1_input", 1);
        _sysfs.Pci("0000:03:00.0", "0x1002", "amdgpu", "suspended");
        using var sources = Discover();

        Assert.Null(sources.ForCard("0000:03:00.0"));
        Assert.Contains("powered down", Assert.Single(sources.Missing, missing => missing.Device == "0000:03:00.0").Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0x1002", "radeon", "driver radeon")]
    [InlineData("0x1002", null, "without a driver")]
    [InlineData("0x8086", "vfio-pci", "Intel card")]
    public void Discover_CardWithoutSensors_IsNamed(string vendor, string? driver, string said)
    {
        _sysfs.Pci("0000:03:00.0", vendor, driver);
        using var sources = Discover();

        Assert.Contains(said, Assert.Single(sources.Missing, missing => missing.Device == "0000:03:00.0").Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Discover_SensorMissingOrClosed_SaysWhich()
    {
        _sysfs.Hwmon("hwmon0", "i915", "0000:00:02.0", "temp1_input", 1);
        _sysfs.Hwmon("hwmon1", "amdgpu", "0000:03:00.0", "temp1_input", 1);
        _sysfs.Deny("class/hwmon/hwmon1/power1_input");
        using var sources = Discover();

        Assert.Contains("no energy1_input", Assert.Single(sources.Missing, missing => missing.Kind == "i915").Reason, StringComparison.Ordinal);
        Assert.Contains("may not be read", Assert.Single(sources.Missing, missing => missing.Kind == "amdgpu").Reason, StringComparison.Ordinal);
    }

    public void Dispose() => _sysfs.Dispose();

    private EnergySources Discover() => EnergySources.Discover(new TelemetryOptions { Sysfs = _sysfs.Root }, _time);
}
