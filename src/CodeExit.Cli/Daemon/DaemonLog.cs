using System.Globalization;
using System.Text;

namespace CodeExit.Cli.Daemon;

/// <summary>
/// The daemon's own log: who came and went, what was loaded and why it ended; no text of a document and no path of one. Two files of at
/// most <see cref="MaxBytes"/>: the full one takes the older's place. A disk that is full costs the log and nothing else. Safe for many threads.
/// </summary>
internal sealed class DaemonLog : IDisposable
{
    public const long MaxBytes = 1 << 20;

    private readonly Lock _lock = new();
    private readonly string? _path;
    private readonly TimeProvider _time;
    private FileStream? _file;

    /// <param name="folder">Made where it is missing; null keeps no log.</param>
    public DaemonLog(string? folder, TimeProvider time)
    {
        _time = time;
        _path = folder is null ? null : System.IO.Path.Combine(folder, "daemon.log");
    }

    /// <summary>Null where no log is kept.</summary>
    public string? Path => _path;

    public void Write(string line)
    {
        if (_path is null) return;
        lock (_lock)
        {
            try
            {
                var text = string.Create(CultureInfo.InvariantCulture, $"{_time.GetUtcNow():yyyy-MM-ddTHH:mm:ssZ} {Environment.ProcessId} {line.ReplaceLineEndings(" ")}\n");
                _file ??= Open();
                if (_file.Length > MaxBytes) Turn();
                _file!.Write(Encoding.UTF8.GetBytes(text));
                _file.Flush();
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                _file?.Dispose();
                _file = null;
            }
        }
    }

    public void Dispose() => _file?.Dispose();

    private FileStream Open()
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(_path!)!);
        return new FileStream(_path!, FileMode.Append, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
    }

    private void Turn()
    {
        _file!.Dispose();
        _file = null;
        File.Move(_path!, _path + ".1", overwrite: true);
        _file = Open();
    }
}
