using CodeExit.Telemetry;
using CodeExit.Telemetry.Attribution;
using CodeExit.Telemetry.Sources;
using CodeExit.Tests.Telemetry.Simulation;

namespace CodeExit.Tests.Telemetry.Sources;

public sealed class RaplSourceTests : IDisposable
{
    private readonly SimulatedTime _time = new();
    private readonly FakeSysfs _sysfs = new();

    [Fact]
    public void Read_PackagesAmongOtherZones_AddsUpPackagesOnly()
    {
        _sysfs.Rapl("intel-rapl:0", "package-0", 5_000_000);
        _sysfs.Rapl("intel-rapl:0:0", "core", 1_000_000);
        _sysfs.Rapl("intel-rapl:1", "package-1", 7_000_000);
        _sysfs.Rapl("intel-rapl:2", "psys", 90_000_000);
        _sysfs.Rapl("intel-rapl-mmio:0", "package-0", 5_000_000);
        using var sources = Discover();
        var rapl = sources.ForProcessor;
        var before = rapl.Read().Joules;

        _time.Advance(1);
        _sysfs.Rapl("intel-rapl:0", "package-0", 25_000_000);
        _sysfs.Rapl("intel-rapl:0:0", "core", 21_000_000);
        _sysfs.Rapl("intel-rapl:1", "package-1", 10_000_000);
        _sysfs.Rapl("intel-rapl:2", "psys", 190_000_000);
        _sysfs.Rapl("intel-rapl-mmio:0", "package-0", 25_000_000);

        Assert.Equal(23, rapl.Read().Joules!.Value - before!.Value, 1e-9);
        Assert.Equal(("rapl:package-0+package-1", "cpu-package", EnergyLabel.MeasuredCounter), (rapl.Info.Id, rapl.Info.Scope, rapl.Info.Label));
    }

    [Fact]
    public void Read_CounterWraps_GoesOn()
    {
        _sysfs.Rapl("intel-rapl:0", "package-0", 262_143_000_000);
        using var sources = Discover();
        var rapl = sources.ForProcessor;
        var before = rapl.Read();

        _time.Advance(1);
        _sysfs.Rapl("intel-rapl:0", "package-0", 29_671_150);
        var after = rapl.Read();

        Assert.Equal(30, after.Joules!.Value - before.Joules!.Value, 1e-6); // 262143.328850 − 262143.000000 + 29.671150
        Assert.Equal(before.Epoch, after.Epoch);
    }

    /// <summary>30 W, of which 12 W at rest; the counter starts over every 100 J, and so within every request.</summary>
    [Fact]
    public void Measured_CounterWrapsDuringRequests_IsWhatWasDrawn()
    {
        const double Range = 100;
        double joules = 0, watts = 12;
        var at = TimeSpan.Zero;
        _sysfs.Rapl("intel-rapl:0", "package-0", 0, range: (long)(Range * 1e6));
        _time.Moved += now =>
        {
            joules += watts * (now - at).TotalSeconds;
            at = now;
            _sysfs.Write("class/powercap/intel-rapl:0/energy_uj", (long)(joules % Range * 1e6));
        };
        using var sources = Discover();
        using var meter = new EnergyMeter([sources.ForProcessor], _time);
        for (var i = 0; i < 5; i++)
        {
            _time.Advance(3.3);
            var window = meter.Open();
            watts = 30;
            _time.Advance(4);
            watts = 12;
            window.Close();
            _time.Advance(1);
            if (i == 0) continue; // the device at rest is not known yet
            Assert.Equal(30 * 4, window.Settled().Joules!.Value, 0.1);
            Assert.Equal(18 * 4, window.Settled().NetJoules!.Value, 0.1);
        }
    }

    [Fact]
    public void Read_CounterReset_IsNoWrap()
    {
        _sysfs.Rapl("intel-rapl:0", "package-0", 50_000_000_000);
        using var sources = Discover();
        var rapl = sources.ForProcessor;
        var before = rapl.Read();

        _time.Advance(1);
        _sysfs.Rapl("intel-rapl:0", "package-0", 1_000_000); // as a wrap these were 212 kJ in a second

        Assert.NotEqual(before.Epoch, rapl.Read().Epoch);
    }

    [Theory]
    [InlineData(29, true)]
    [InlineData(31, false)] // may have wrapped more than once
    public void Read_UnreadForLong_IsTheSameEpochUpTo30Seconds(double seconds, bool same)
    {
        _sysfs.Rapl("intel-rapl:0", "package-0", 1_000_000);
        using var sources = Discover();
        var rapl = sources.ForProcessor;
        var before = rapl.Read();

        _time.Advance(seconds);
        _sysfs.Rapl("intel-rapl:0", "package-0", 900_000_000);

        Assert.Equal(same, before.Epoch == rapl.Read().Epoch);
    }

    [Fact]
    public void Discover_RootOnly_TellsTheUdevRule()
    {
        _sysfs.Rapl("intel-rapl:0", "package-0", 1);
        _sysfs.Deny("class/powercap/intel-rapl:0/energy_uj");
        using var sources = Discover();

        var missing = Assert.Single(sources.Missing, missing => missing.Kind == "rapl");
        Assert.Contains("root only", missing.Reason, StringComparison.Ordinal);
        Assert.Contains("SUBSYSTEM==\"powercap\"", missing.Remedy, StringComparison.Ordinal);
        Assert.Equal(EnergyLabel.EstimatedModel, sources.ForProcessor.Info.Label);
    }

    [Theory]
    [InlineData("name")] // Docker masks the folder: names are there, counters are not
    [InlineData(null)]
    public void Discover_NoCounters_SaysWhy(string? left)
    {
        if (left is not null) _sysfs.Write($"class/powercap/intel-rapl:0/{left}", "package-0");
        using var sources = Discover();

        var missing = Assert.Single(sources.Missing, missing => missing.Kind == "rapl");
        Assert.Contains(left is null ? "no power counters" : "not there", missing.Reason, StringComparison.Ordinal);
        Assert.Contains(left is null ? "bare metal" : "Docker", missing.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_ZoneGoes_IsLost()
    {
        _sysfs.Rapl("intel-rapl:0", "package-0", 1);
        using var sources = Discover();
        _sysfs.Delete("class/powercap/intel-rapl:0/energy_uj");

        Assert.Equal(ReadFault.Lost, sources.ForProcessor.Read().Fault);
    }

    public void Dispose() => _sysfs.Dispose();

    private EnergySources Discover() => EnergySources.Discover(new TelemetryOptions { Sysfs = _sysfs.Root }, _time);
}
