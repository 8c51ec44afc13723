namespace CodeExit.Inference.Models;

/// <summary>What a model asked of a device with memory of its own since it was loaded. Counted, not timed: the same on every run.</summary>
/// <param name="Launches">Kernels started.</param>
/// <param name="HostBytes">Copied between host and device, both ways, weights included.</param>
/// <param name="MemoryBytes">
/// Of weights, keys and values that passes and read-outs read and wrote on the device, as they lie there, padding and scales too: weights once
/// a pass, keys and values once for each row that attends to them. States and scratch are left out, they stay in caches.
/// </param>
public readonly record struct DeviceTraffic(long Launches, long HostBytes, long MemoryBytes)
{
    /// <summary>What came after <paramref name="earlier"/>.</summary>
    public DeviceTraffic Since(DeviceTraffic earlier) =>
        new(Launches - earlier.Launches, HostBytes - earlier.HostBytes, MemoryBytes - earlier.MemoryBytes);
}
