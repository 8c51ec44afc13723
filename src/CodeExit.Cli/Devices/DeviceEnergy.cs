using CodeExit.Inference.Compute.Gpu;
using CodeExit.Telemetry;
using CodeExit.Telemetry.Attribution;
using CodeExit.Telemetry.Sources;

namespace CodeExit.Cli.Devices;

/// <summary>
/// Has one meter measure whatever device the model is on. It begins on the processor; no card's library is loaded before a model is on that
/// card, and then the card comes first and the processor second, apart.
/// </summary>
internal sealed class DeviceEnergy
{
    private readonly TelemetryOptions _options;
    private readonly TimeProvider _time;
    private EnergySources _found;
    private GpuDevice? _gpu;

    public DeviceEnergy(TelemetryOptions options, TimeProvider time)
    {
        (_options, _time) = (options, time);
        _found = EnergySources.DiscoverProcessor(options, time);
        Meter = new EnergyMeter([_found.ForProcessor], time);
    }

    /// <summary>The caller disposes it.</summary>
    public EnergyMeter Meter { get; }

    /// <summary>The model is here now. Where it was here before, what was learned of the device stays.</summary>
    /// <param name="gpu">Null for the processor.</param>
    public void Follow(GpuDevice? gpu)
    {
        if (gpu?.Kind == GpuDeviceKind.Cpu) gpu = null; // OpenCL on the processor
        if (IsSame(gpu)) return;
        var found = gpu is null ? EnergySources.DiscoverProcessor(_options, _time) : EnergySources.Discover(_options, _time);
        Meter.Watch(gpu is null ? [found.ForProcessor] : Sources(found, gpu));
        _found.Dispose();
        (_found, _gpu) = (found, gpu);
    }

    private bool IsSame(GpuDevice? gpu) => (gpu?.Name, gpu?.Uuid, gpu?.PciAddress) == (_gpu?.Name, _gpu?.Uuid, _gpu?.PciAddress);

    private static IReadOnlyList<IEnergySource> Sources(EnergySources found, GpuDevice gpu)
    {
        var names = gpu.Identifiers;
        if (names.Select(found.ForCard).FirstOrDefault(source => source is not null) is { } card) return [card, found.ForProcessor];
        // A GPU in the processor's package draws from what the package counter counts.
        if (gpu.SharesMemory && found.ForProcessor.Info.Scope == "cpu-package") return [found.ForProcessor];
        var missing = found.Missing.FirstOrDefault(missing => missing.Device is { } device && names.Any(name => device.Contains(name, StringComparison.OrdinalIgnoreCase)));
        var reason = missing?.Reason ?? "nothing here reads this card (codeexit power says what is read)";
        return [new UnreadableSource($"gpu:{gpu.PciAddress ?? gpu.Uuid ?? gpu.Name}", gpu.Name, "gpu", reason), found.ForProcessor];
    }
}
