namespace CodeExit.Telemetry.Sources;

/// <summary>This process, as the kernel sees it.</summary>
internal static class OwnProcess
{
    /// <summary>Inode of the machine's own namespace of process ids (PROC_PID_INIT_INO of the kernel's proc_ns.h).</summary>
    private const string FirstNamespace = "pid:[4026531836]";

    /// <summary>Null in a container: the driver knows processes by their ids outside of it.</summary>
    public static uint? Id()
    {
        if (!OperatingSystem.IsLinux()) return (uint)Environment.ProcessId;
        try
        {
            return new FileInfo("/proc/self/ns/pid").LinkTarget == FirstNamespace ? (uint)Environment.ProcessId : null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    public static TimeSpan ProcessorTime() => Environment.CpuUsage.TotalTime;
}
