using CodeExit.Telemetry;
using CodeExit.Telemetry.Sources;
using CodeExit.Tests.Telemetry.Simulation;

namespace CodeExit.Tests.Telemetry.Sources;

public sealed class NvmlDiscoveryTests : IDisposable
{
    private readonly SimulatedTime _time = new();
    private NvmlStub? _stub;

    private NvmlStub Stub => _stub ??= new NvmlStub(_time);

    [StubFact]
    public void ForCard_TwoCards_FindsEachByUuidAndByPciAddress()
    {
        Stub.AddCard("GPU-a", "Stub A", bus: 0x1a);
        Stub.AddCard("GPU-b", "Stub B", bus: 0x65);
        using var sources = Stub.Discover(_time);

        foreach (var name in new[] { "GPU-b", "gpu-B", "0000:65:00.0", "00000000:65:00.0", "65:00" })
        {
            Assert.Equal("nvml:GPU-b", sources.ForCard(name)?.Info.Id);
        }
        Assert.Equal("0000:1a:00.0", sources.ForCard("GPU-a")!.Info.PciId);
        Assert.Null(sources.ForCard("0000:66:00.0"));
        Assert.Null(sources.ForCard("0"));
    }

    [StubTheory]
    [InlineData("", "", EnergyLabel.MeasuredCounter)]
    [InlineData(NvmlStub.Energy, "", EnergyLabel.MeasuredIntegrated)]
    [InlineData(NvmlStub.Energy, NvmlStub.InstantPower, EnergyLabel.MeasuredIntegrated)] // by nvmlDeviceGetPowerUsage, on a Pascal card
    public void Discover_FunctionsUnsupported_TakesTheNextWay(string first, string second, EnergyLabel label)
    {
        Stub.Capability(Stub.AddCard(), 6, 1);
        foreach (var function in new[] { first, second }) Stub.Fail(function, NvmlStub.NotSupported);
        using var sources = Stub.Discover(_time);

        var card = NvmlStub.Card(sources);

        Assert.Equal(label, card.Info.Label);
        Assert.Equal(second.Length > 0 || label == EnergyLabel.MeasuredIntegrated, card.Read().Joules is null);
        Assert.Equal(70, card.Read().Watts);
    }

    [StubFact]
    public void Discover_OnlyTheAverageOfASecond_IsNoSource()
    {
        Stub.Capability(Stub.AddCard(), 8, 6);
        Stub.Fail(NvmlStub.Energy, NvmlStub.NotSupported);
        Stub.Fail(NvmlStub.InstantPower, NvmlStub.NotSupported);
        using var sources = Stub.Discover(_time);

        Assert.Null(sources.ForCard("GPU-a"));
        Assert.Contains("average power of the last second", Missing(sources).Reason, StringComparison.Ordinal);
    }

    [StubFact]
    public void Discover_Mig_IsNeverBilled()
    {
        Stub.Mig(Stub.AddCard());
        using var sources = Stub.Discover(_time);

        Assert.Null(sources.ForCard("GPU-a"));
        Assert.Contains("MIG", Missing(sources).Reason, StringComparison.Ordinal);
    }

    [StubTheory]
    [InlineData(NvmlStub.DriverNotLoaded, "not loaded", "modprobe nvidia")]
    [InlineData(NvmlStub.VersionMismatch, "different versions", "restart the machine")]
    [InlineData(NvmlStub.NoPermission, "may not read", "/dev/nvidiactl")]
    [InlineData(NvmlStub.Unknown, "error 999", null)]
    public void Discover_DriverRefuses_SaysWhyAndWhatToDo(int status, string reason, string? remedy)
    {
        Stub.AddCard();
        Stub.Fail("nvmlInit_v2", status);
        using var sources = Stub.Discover(_time);

        var missing = Missing(sources);
        Assert.Contains(reason, missing.Reason, StringComparison.Ordinal);
        if (remedy is not null) Assert.Contains(remedy, missing.Remedy, StringComparison.Ordinal);
        Assert.DoesNotContain(sources.All, source => source.Info.Scope == "gpu");
    }

    [Fact]
    public void Discover_LibraryThatIsNone_NamesItAndTheVariable()
    {
        using var sysfs = new FakeSysfs();
        using var sources = EnergySources.Discover(new TelemetryOptions { NvmlLibrary = "/nowhere/libnvidia-ml.so.1", Sysfs = sysfs.Root }, _time);

        var missing = Missing(sources);
        Assert.Contains("/nowhere/libnvidia-ml.so.1", missing.Reason, StringComparison.Ordinal);
        Assert.Contains(TelemetryOptions.NvmlLibraryVariable, missing.Remedy, StringComparison.Ordinal);
    }

    [StubTheory]
    [InlineData("suspended", 0)]
    [InlineData("active", 1)]
    public void Discover_CardAsleep_IsNotTouched(string status, int found)
    {
        Stub.AddCard("GPU-a", bus: 1);
        using var sysfs = new FakeSysfs();
        sysfs.Pci("0000:01:00.0", "0x10de", "nvidia", status);
        using var sources = EnergySources.Discover(Stub.Options with { Sysfs = sysfs.Root }, _time);

        Assert.Equal(found, sources.All.Count(source => source.Info.Scope == "gpu"));
        Assert.Equal(found > 0, Stub.Calls > 0);
        if (found == 0) Assert.Contains("powered down", Missing(sources).Reason, StringComparison.Ordinal);
    }

    [StubFact]
    public void Discover_OneOfTwoAsleep_ReadsTheOther()
    {
        Stub.AddCard("GPU-a", bus: 1);
        Stub.AddCard("GPU-b", bus: 2);
        using var sysfs = new FakeSysfs();
        sysfs.Pci("0000:01:00.0", "0x10de", "nvidia", "suspended");
        sysfs.Pci("0000:02:00.0", "0x10de", "nvidia");
        using var sources = EnergySources.Discover(Stub.Options with { Sysfs = sysfs.Root }, _time);

        Assert.Null(sources.ForCard("GPU-a"));
        Assert.NotNull(sources.ForCard("GPU-b"));
    }

    public void Dispose() => _stub?.Dispose();

    private static MissingSource Missing(EnergySources sources) => Assert.Single(sources.Missing, missing => missing.Kind == "nvml");
}
