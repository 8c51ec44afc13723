using CodeExit.Inference.Compute.Cpu;
using CodeExit.Inference.Compute.Gpu;
using CodeExit.Inference.Compute.Gpu.OpenCl;
using CodeExit.Telemetry;
using CodeExit.Telemetry.Sources.Nvml;

namespace CodeExit.Cli.Devices;

/// <summary>The OpenCL devices of this machine, and what other drivers know of them.</summary>
internal static class LocalGpus
{
    /// <param name="userData">Where attempts are kept track of; null for nowhere.</param>
    public static GpuPicker Picker(TelemetryOptions telemetry, string? userData) => new(
        realOnly => realOnly && !OpenClDevices.MayHaveGpu ? new([], "this process is given no GPU") : OpenClDevices.List(), gpu => FreeMemory(gpu, telemetry),
        new GpuAttempts(userData), CpuDecoderModel.StaysInCaches);

    /// <summary>For whoever only looks: a card that sleeps is not woken for that.</summary>
    public static GpuDeviceList ListForPeople(TelemetryOptions telemetry) => EnergySources.HasSleepingCard(telemetry)
        ? new([], "a card is powered down, and asking its driver would wake it; --device gpu does")
        : OpenClDevices.List();

    /// <summary>OpenCL's word where the driver has one; of NVIDIA's cards NVML knows.</summary>
    /// <returns>Null where nothing tells.</returns>
    public static long? FreeMemory(GpuDevice gpu, TelemetryOptions telemetry) => OpenClDevices.FreeMemory(gpu)
        ?? (gpu.Vendor.Contains("NVIDIA", StringComparison.OrdinalIgnoreCase) ? CardMemory.Free(telemetry, gpu.Identifiers) : null);
}
