using System.Security;

namespace CodeExit.LanguageServer.Ignore;

/// <summary>Ignore files as they were read last; read again only where their time or size has changed. Not safe for many threads.</summary>
internal sealed class IgnoreFileCache(Action<string> log)
{
    /// <summary>Nobody writes a longer one; a pipe or a disk image by that name is not read.</summary>
    private const int MostBytes = 1 << 20;

    private readonly Dictionary<string, (DateTime Written, long Length, IgnoreFile? File)> _files = new(StringComparer.Ordinal);

    /// <param name="path">Of the ignore file.</param>
    /// <param name="folder">What its patterns are relative to.</param>
    /// <returns>Null where there is none, or it cannot be read.</returns>
    public IgnoreFile? Get(string path, string folder)
    {
        var info = new FileInfo(path);
        if (!info.Exists)
        {
            _files.Remove(path);
            return null;
        }
        var (written, length) = (info.LastWriteTimeUtc, info.Length);
        if (_files.TryGetValue(path, out var known) && (known.Written, known.Length) == (written, length)) return known.File;
        IgnoreFile? file = Read(path, folder, length);
        _files[path] = (written, length, file);
        return file;
    }

    private IgnoreFile? Read(string path, string folder, long length)
    {
        try
        {
            if (length <= MostBytes) return IgnoreFile.Parse(path, folder, File.ReadAllText(path));
            log($"{path} is not read: it has {length} bytes, and at most {MostBytes} are wanted");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or SecurityException)
        {
            log($"{path} cannot be read: {exception.Message}");
        }
        return null;
    }
}
