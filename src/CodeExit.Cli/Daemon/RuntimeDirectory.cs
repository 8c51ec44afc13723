using System.ComponentModel;
using System.Globalization;
using System.Text;

namespace CodeExit.Cli.Daemon;

/// <summary>
/// The folder through which the daemon of one user is found: its socket, what says where that is, and two locks. Nobody else may write
/// there, or they could pass for the daemon; the uid of whoever is at the other end of the socket is checked all the same.
/// </summary>
internal sealed class RuntimeDirectory
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private const UnixFileMode OthersWrite = UnixFileMode.GroupWrite | UnixFileMode.OtherWrite;

    /// <summary>What sockaddr_un holds on macOS; Linux has 4 bytes more.</summary>
    private const int LongestSocketPath = 103;

    private RuntimeDirectory(string path) => Path = path;

    public string Path { get; }

    /// <summary>Held while somebody starts a daemon.</summary>
    public string StartLock => In("start.lock");

    /// <summary>Held by the daemon for as long as it lives: there is never a second one, of any build.</summary>
    public string DaemonLock => In("daemon.lock");

    /// <summary>Says where the daemon listens.</summary>
    public string EntryFile => In("daemon.json");

    /// <summary>The folder of this user, made where it is missing.</summary>
    /// <param name="environment">Looks up an environment variable.</param>
    /// <exception cref="DaemonUnavailableException">It cannot be made, or others may write there.</exception>
    public static RuntimeDirectory Open(Func<string, string?> environment)
    {
        var directory = Named(environment);
        try
        {
            if (OperatingSystem.IsWindows()) Directory.CreateDirectory(directory.Path); // below the user's own temporary folder
            else directory.OpenForOwnerOnly();
            return directory;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or Win32Exception)
        {
            throw new DaemonUnavailableException($"the runtime folder {directory.Path} cannot be used: {exception.Message}; CODEEXIT_RUNTIME_DIR may name another");
        }
    }

    /// <summary>The folder of this user, whether it is there or not: to look for a daemon, nothing has to be made.</summary>
    public static RuntimeDirectory Named(Func<string, string?> environment) => new(
        environment("CODEEXIT_RUNTIME_DIR") is { Length: > 0 } given ? System.IO.Path.GetFullPath(given)
        : environment("XDG_RUNTIME_DIR") is { Length: > 0 } session ? System.IO.Path.Combine(session, "codeexit")
        : System.IO.Path.Combine(System.IO.Path.GetTempPath(), "codeexit-" + User));

    /// <summary>Where a daemon of this build listens: a socket, on Windows a named pipe.</summary>
    /// <exception cref="DaemonUnavailableException">The path does not fit a socket's address.</exception>
    public string AddressOf(BuildId build)
    {
        var name = $"codeexit-{User}-{build.Hash}";
        if (OperatingSystem.IsWindows()) return name;
        var path = In(name + ".sock");
        var length = Encoding.UTF8.GetByteCount(path);
        if (length <= LongestSocketPath) return path;
        throw new DaemonUnavailableException(
            $"the runtime folder's name is too long: {path} has {length} bytes, a socket's path at most {LongestSocketPath}; let CODEEXIT_RUNTIME_DIR name a shorter one");
    }

    /// <summary>Sockets that daemons left behind when they were killed. To be called under <see cref="DaemonLock"/>: then they are nobody's.</summary>
    public void RemoveOldSockets()
    {
        foreach (var socket in Directory.EnumerateFiles(Path, "codeexit-*.sock")) File.Delete(socket);
    }

    private static string User => OperatingSystem.IsWindows() ? Environment.UserName : Posix.UserId.ToString(CultureInfo.InvariantCulture);

    private string In(string name) => System.IO.Path.Combine(Path, name);

    private void OpenForOwnerOnly()
    {
        if (OperatingSystem.IsWindows()) return; // for the analyzer, which follows no calls
        Directory.CreateDirectory(Path, OwnerOnly);
        if (OperatingSystem.IsLinux() && Posix.OwnerOf(Path) is var owner && owner != Posix.UserId)
        {
            throw new IOException($"it belongs to user {owner}; it should belong to {Posix.UserId}");
        }
        if (new DirectoryInfo(Path).LinkTarget is not null) throw new IOException("it is a link, but a folder is wanted");
        if ((File.GetUnixFileMode(Path) & OthersWrite) != 0) throw new IOException("others may write there; it should be its owner's alone (chmod 700)");
    }
}
