using CodeExit.Cli.Devices;
using CodeExit.Inference.Compute.Gpu;
using CodeExit.Telemetry;
using CodeExit.Tests.Telemetry.Simulation;

namespace CodeExit.Tests.Cli.Devices;

/// <summary>What bills requests, by where the model is.</summary>
public sealed class DeviceEnergyTests : IDisposable
{
    private readonly SimulatedTime _time = new();
    private readonly FakeSysfs _sysfs = new();

    public void Dispose() => _sysfs.Dispose();

    [StubFact]
    public void Follow_Processor_LeavesTheCardsDriverAlone()
    {
        using var stub = NewStub();
        var energy = new DeviceEnergy(stub.Options, _time);
        using var meter = energy.Meter;

        energy.Follow(null);
        energy.Follow(Card() with { Kind = GpuDeviceKind.Cpu });
        using (meter.Open()) _time.Advance(1);

        Assert.Equal(0, stub.Calls);
        Assert.Equal("estimate:cpu-time", Assert.Single(meter.Sources).Id);
    }

    [StubFact]
    public void Follow_CardByUuidOrAddress_IsBilledByItsCounterWithTheProcessorApart()
    {
        foreach (var card in new[] { Card() with { PciAddress = null }, Card() with { Uuid = null }, Card() with { Uuid = $"{7:x32}" } })
        {
            using var stub = NewStub();
            var energy = new DeviceEnergy(stub.Options, _time);
            using var meter = energy.Meter;

            energy.Follow(card);

            Assert.Equal(["nvml:GPU-00112233-4455-6677-8899-aabbccddeeff", "estimate:cpu-time"], meter.Sources.Select(source => source.Id));
            Assert.Equal(["gpu", "process"], meter.Sources.Select(source => source.Scope));
        }
    }

    [StubFact]
    public void Follow_CardThatNothingReads_IsUnavailableAndNotTheProcessors()
    {
        using var stub = NewStub();
        var energy = new DeviceEnergy(stub.Options, _time);
        using var meter = energy.Meter;

        energy.Follow(Card() with { Uuid = null, PciAddress = "0000:09:00.0" });

        Assert.Equal((EnergyLabel.Unavailable, "gpu:0000:09:00.0", "gpu"), (meter.Sources[0].Label, meter.Sources[0].Id, meter.Sources[0].Scope));
        Assert.Equal("estimate:cpu-time", meter.Sources[1].Id);
    }

    [StubFact]
    public void Follow_CardAndBack_MovesTheMeterAndOnlyThen()
    {
        using var stub = NewStub();
        var energy = new DeviceEnergy(stub.Options, _time);
        using var meter = energy.Meter;
        energy.Follow(Card());
        var calls = stub.Calls;

        energy.Follow(Card());
        Assert.Equal(calls, stub.Calls); // the same card: what was learned of it stays
        energy.Follow(null);

        Assert.Equal("estimate:cpu-time", Assert.Single(meter.Sources).Id);
        using (meter.Open()) _time.Advance(1);
        Assert.Equal(calls, stub.Calls);
    }

    /// <summary>The package counter counts what the GPU in the package takes.</summary>
    [Fact]
    public void Follow_GpuInTheProcessor_IsBilledByThePackage()
    {
        _sysfs.Rapl("intel-rapl:0", "package-0", 1);
        var energy = new DeviceEnergy(new TelemetryOptions { Sysfs = _sysfs.Root }, _time);
        using var meter = energy.Meter;

        energy.Follow(Card() with { SharesMemory = true });

        Assert.Equal("cpu-package", Assert.Single(meter.Sources).Scope);
    }

    private NvmlStub NewStub()
    {
        var stub = new NvmlStub(_time);
        stub.AddCard("GPU-00112233-4455-6677-8899-aabbccddeeff", bus: 1);
        return stub;
    }

    private static GpuDevice Card() =>
        new("Card", "NVIDIA Corporation", "Platform", "1.0", GpuDeviceKind.Gpu, 1 << 30, 1 << 30, "00112233445566778899aabbccddeeff", "0000:01:00.0");
}
