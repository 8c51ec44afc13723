using System.Buffers.Text;
using System.Text;

namespace CodeExit.Telemetry.Sources.Sysfs;

/// <summary>The kernel's device tree, or a folder that stands for it. Paths are relative to its root.</summary>
internal sealed class SysfsTree(string root)
{
    /// <summary>The kernel gives attributes of a page at most; the numbers and names read here are short.</summary>
    private const int MostBytes = 256;

    public bool Has(string folder) => Directory.Exists(Full(folder));

    /// <summary>Names in a folder, in order; none where there is no such folder or it is closed to this user.</summary>
    public IReadOnlyList<string> Entries(string folder)
    {
        try
        {
            return Has(folder) ? [.. Directory.EnumerateFileSystemEntries(Full(folder)).Select(path => Path.GetFileName(path)!).Order(StringComparer.Ordinal)] : [];
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    /// <summary>
    /// Name of what a link leads to; null where there is no link. The name alone: folders here are links themselves, so that "../.." from
    /// one does not lead where its path says.
    /// </summary>
    public string? LinkTarget(string link)
    {
        try
        {
            return Path.GetFileName(new FileInfo(Full(link)).LinkTarget);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    public SysfsValue<string> Text(string path)
    {
        Span<byte> bytes = stackalloc byte[MostBytes];
        var (length, fault) = Read(path, bytes);
        return new(fault == ReadFault.None ? Encoding.UTF8.GetString(bytes[..length]).Trim() : null, fault);
    }

    /// <summary>A whole number. Allocates no memory besides the file's handle: it is read many times a second.</summary>
    public SysfsValue<long?> Number(string path)
    {
        Span<byte> bytes = stackalloc byte[MostBytes];
        var (length, fault) = Read(path, bytes);
        if (fault != ReadFault.None) return new(null, fault);
        return Utf8Parser.TryParse(bytes[..length], out long number, out _) ? new(number, ReadFault.None) : new(null, ReadFault.Unsupported);
    }

    private (int Length, ReadFault Fault) Read(string path, Span<byte> bytes)
    {
        try
        {
            using var file = File.OpenHandle(Full(path));
            return (RandomAccess.Read(file, bytes, 0), ReadFault.None);
        }
        catch (UnauthorizedAccessException)
        {
            return (0, ReadFault.Denied);
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            return (0, ReadFault.Lost);
        }
        catch (IOException)
        {
            return (0, ReadFault.Retry); // a driver that is busy or asleep answers EAGAIN, EBUSY, EIO
        }
    }

    private string Full(string path) => Path.Combine(root, path);
}

/// <param name="Value">Null exactly when there is a fault.</param>
internal readonly record struct SysfsValue<T>(T? Value, ReadFault Fault);
