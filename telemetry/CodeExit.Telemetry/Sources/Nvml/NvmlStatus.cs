namespace CodeExit.Telemetry.Sources.Nvml;

/// <summary>nvmlReturn_t, as far as this project meets it.</summary>
internal enum NvmlStatus
{
    Success = 0,
    Uninitialized = 1,
    InvalidArgument = 2,
    NotSupported = 3,
    NoPermission = 4,
    NotFound = 6,
    InsufficientSize = 7,
    DriverNotLoaded = 9,
    Timeout = 10,
    LibraryNotFound = 12,
    FunctionNotFound = 13,
    GpuIsLost = 15,
    ResetRequired = 16,
    OperatingSystem = 17,
    LibraryVersionMismatch = 18,
    Unknown = 999,
}

/// <summary>What NVML's answers mean for whoever reads a device.</summary>
internal static class NvmlStatuses
{
    public static ReadFault Fault(this NvmlStatus status) => status switch
    {
        NvmlStatus.Success => ReadFault.None,
        NvmlStatus.NotSupported or NvmlStatus.FunctionNotFound or NvmlStatus.InvalidArgument => ReadFault.Unsupported,
        NvmlStatus.NoPermission or NvmlStatus.OperatingSystem => ReadFault.Denied,
        NvmlStatus.NotFound or NvmlStatus.GpuIsLost or NvmlStatus.ResetRequired or NvmlStatus.DriverNotLoaded => ReadFault.Lost,
        _ => ReadFault.Retry,
    };

    public static string Reason(this NvmlStatus status) => status switch
    {
        NvmlStatus.NotSupported or NvmlStatus.FunctionNotFound => "the card or its driver does not support it",
        NvmlStatus.NoPermission => "this user may not read it",
        NvmlStatus.OperatingSystem => "the operating system blocks the driver for this process",
        NvmlStatus.NotFound => "the card is no longer there",
        NvmlStatus.DriverNotLoaded => "NVIDIA's kernel driver is not loaded",
        NvmlStatus.LibraryNotFound => "a part of NVIDIA's driver library is missing",
        NvmlStatus.GpuIsLost => "the card has fallen off the bus",
        NvmlStatus.ResetRequired => "the card needs a reset",
        NvmlStatus.LibraryVersionMismatch => "NVIDIA's library and kernel driver are of different versions",
        _ => $"the driver answers with error {(int)status}",
    };

    public static string? Remedy(this NvmlStatus status) => status switch
    {
        NvmlStatus.NoPermission => "Ask for access to /dev/nvidiactl and the card's /dev/nvidia file; the group is often video or render.",
        NvmlStatus.OperatingSystem => "Give the container or sandbox the card: for Docker, --gpus all.",
        NvmlStatus.DriverNotLoaded => "Load it: modprobe nvidia; after an installation, restart the machine.",
        NvmlStatus.LibraryNotFound => "Install the whole of NVIDIA's driver package.",
        NvmlStatus.GpuIsLost or NvmlStatus.ResetRequired => "Reset the card (nvidia-smi --gpu-reset) or restart the machine.",
        NvmlStatus.LibraryVersionMismatch => "The driver was updated while it ran: restart the machine.",
        _ => null,
    };
}
