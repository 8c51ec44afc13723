namespace CodeExit.Cli.Daemon;

/// <summary>A lock between processes. The system lets go of it with the process, however that ends. The file stays: removing it would race.</summary>
internal sealed class FileLock : IDisposable
{
    private static readonly TimeSpan Between = TimeSpan.FromMilliseconds(20);

    private readonly FileStream _file;

    private FileLock(FileStream file) => _file = file;

    /// <returns>Null where another process holds it.</returns>
    /// <exception cref="DaemonUnavailableException">The file cannot be made.</exception>
    public static FileLock? TryAcquire(string path)
    {
        try
        {
            return new FileLock(new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (IOException exception) when (IsHeld(exception))
        {
            return null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new DaemonUnavailableException($"{path} cannot be made: {exception.Message}");
        }
    }

    /// <summary>Waits for the lock. It is held for a moment only, by who starts or ends.</summary>
    /// <returns>Null where another process still holds it at the end of <paramref name="patience"/>.</returns>
    public static async Task<FileLock?> AcquireAsync(string path, TimeSpan patience, TimeProvider time, CancellationToken cancellationToken)
    {
        var start = time.GetTimestamp();
        while (true)
        {
            if (TryAcquire(path) is { } acquired) return acquired;
            if (time.GetElapsedTime(start) > patience) return null;
            await Task.Delay(Between, time, cancellationToken).ConfigureAwait(false);
        }
    }

    public void Dispose() => _file.Dispose();

    /// <summary>EWOULDBLOCK of Linux and of macOS, ERROR_SHARING_VIOLATION of Windows; anything else (a full disk) will be no better later.</summary>
    private static bool IsHeld(IOException exception) => (exception.HResult & 0xFFFF) is 11 or 35 or 32;
}
