namespace CodeExit.Inference.Compute.Gpu;

/// <summary>What kind of hardware a device is.</summary>
public enum GpuDeviceKind
{
    Gpu,

    /// <summary>A processor with an OpenCL driver, such as PoCL.</summary>
    Cpu,
    Other,
}

/// <summary>A device that OpenCL offers.</summary>
/// <param name="Platform">Name of the driver's platform.</param>
/// <param name="MemoryBytes">Its memory, all of it.</param>
/// <param name="LargestBufferBytes">Most that one buffer may take.</param>
/// <param name="Uuid">32 hexadecimal digits, lower case; null where the driver does not tell.</param>
/// <param name="PciAddress">domain:bus:device.function, hexadecimal as in sysfs; null where the driver does not tell.</param>
public sealed record GpuDevice(
    string Name,
    string Vendor,
    string Platform,
    string Driver,
    GpuDeviceKind Kind,
    long MemoryBytes,
    long LargestBufferBytes,
    string? Uuid,
    string? PciAddress)
{
    /// <summary>What other drivers may call it by: its UUID and its PCI address, those that it has.</summary>
    public IReadOnlyList<string> Identifiers => [.. new[] { Uuid, PciAddress }.OfType<string>()];

    /// <summary>What the lanes of a work-group may share.</summary>
    public long LocalMemoryBytes { get; init; }

    /// <summary>Whether its memory is the machine's: a GPU in the processor, or the processor itself.</summary>
    public bool SharesMemory { get; init; }

    /// <summary>The driver's own name for it; valid as long as the process.</summary>
    internal nint Handle { get; init; }

    /// <summary>Whether its driver has AMD's question for free memory.</summary>
    internal bool TellsFreeMemory { get; init; }
}

/// <summary>Devices, GPUs with memory of their own first, then other GPUs, then the rest; else in the drivers' order. And where there are none, why.</summary>
public sealed record GpuDeviceList(IReadOnlyList<GpuDevice> Devices, string? Reason);
