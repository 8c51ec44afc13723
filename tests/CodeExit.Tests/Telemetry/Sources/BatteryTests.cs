using CodeExit.Telemetry;
using CodeExit.Telemetry.Sources;
using CodeExit.Tests.Telemetry.Simulation;

namespace CodeExit.Tests.Telemetry.Sources;

public sealed class BatteryTests : IDisposable
{
    private readonly FakeSysfs _sysfs = new();

    [Fact]
    public void Batteries_EnergyAndPower_AreSharesAndWatts()
    {
        Battery("BAT0", ("status", "Discharging"), ("energy_now", "30000000"), ("energy_full", "40000000"), ("power_now", "12500000"));

        Assert.Equal(new BatteryState("BAT0", "Discharging", 0.75, 12.5), Assert.Single(Batteries()));
        Assert.True(Batteries()[0].IsDischarging);
    }

    [Fact]
    public void Batteries_ChargeAndSignedCurrent_AreSharesAndWatts()
    {
        Battery("BAT1", ("status", "Charging"), ("charge_now", "1500000"), ("charge_full", "3000000"), ("current_now", "-2000000"), ("voltage_now", "11500000"));

        var state = Assert.Single(Batteries());
        Assert.Equal(0.5, state.Charge);
        Assert.Equal(23, state.Watts!.Value, 1e-9);
        Assert.False(state.IsDischarging);
    }

    [Fact]
    public void Batteries_LittleSaid_LeavesTheRestOpen()
    {
        Battery("BAT0", ("capacity", "84"));

        Assert.Equal(new BatteryState("BAT0", "Unknown", 0.84, null), Assert.Single(Batteries()));
    }

    [Fact]
    public void Batteries_OfMiceAndMains_AreNotTheMachines()
    {
        Battery("hid-mouse", ("scope", "Device"), ("capacity", "40"));
        _sysfs.Write("class/power_supply/AC/type", "Mains");

        Assert.Empty(Batteries());
    }

    public void Dispose() => _sysfs.Dispose();

    private void Battery(string name, params (string Attribute, string Value)[] attributes)
    {
        _sysfs.Write($"class/power_supply/{name}/type", "Battery");
        foreach (var (attribute, value) in attributes) _sysfs.Write($"class/power_supply/{name}/{attribute}", value);
    }

    private IReadOnlyList<BatteryState> Batteries()
    {
        using var sources = EnergySources.Discover(new TelemetryOptions { Sysfs = _sysfs.Root }, TimeProvider.System);
        return sources.Batteries();
    }
}
