using System.Buffers.Text;

namespace CodeExit.Telemetry.Sources;

/// <summary>Linux: busy time of all processors, less this process's own. Inside a container the kernel tells of the whole machine, as RAPL does.</summary>
/// <param name="statFile">/proc/stat, or a file in its form.</param>
/// <param name="ownTime">Processor time of this process.</param>
internal sealed class ProcessorOthers(string statFile, int threads, Func<TimeSpan> ownTime) : IOtherWork
{
    /// <summary>USER_HZ, which is 100 wherever .NET runs.</summary>
    private const double TicksPerSecond = 100;

    public TimeSpan? Total()
    {
        if (BusyTicks() is not { } ticks) return null;
        return (TimeSpan.FromSeconds(ticks / TicksPerSecond) - ownTime()) / threads;
    }

    /// <summary>First line: "cpu user nice system idle iowait irq softirq steal guest guest_nice"; guest time is in user already.</summary>
    private long? BusyTicks()
    {
        Span<byte> bytes = stackalloc byte[256];
        int length;
        try
        {
            using var file = File.OpenHandle(statFile);
            length = RandomAccess.Read(file, bytes, 0);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
        var line = bytes[..length];
        if (!line.StartsWith("cpu "u8)) return null;
        line = line[4..];
        long busy = 0;
        for (var field = 0; field < 8; field++)
        {
            line = line.TrimStart((byte)' ');
            if (!Utf8Parser.TryParse(line, out long ticks, out var used)) return null;
            if (field is not (3 or 4 or 7)) busy += ticks; // idle, iowait; steal is another machine's work
            line = line[used..];
        }
        return busy;
    }
}
