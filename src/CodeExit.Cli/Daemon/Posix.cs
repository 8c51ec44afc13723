using System.ComponentModel;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace CodeExit.Cli.Daemon;

/// <summary>The few calls of a Unix system that .NET has no names for. Not to be called on Windows.</summary>
internal static partial class Posix
{
    private const int CurrentDirectory = -100;
    private const int DoNotFollow = 0x100;
    private const uint WantOwner = 0x8;
    private const int OwnerAt = 20; // of struct statx, whose layout is the same on every Linux

    public static uint UserId => GetEffectiveUserId();

    /// <summary>Owner of a folder, of a link itself where it is one. Linux only.</summary>
    public static unsafe uint OwnerOf(string path)
    {
        var status = stackalloc byte[256];
        if (GetStatus(CurrentDirectory, path, DoNotFollow, WantOwner, status) != 0) throw new Win32Exception(Marshal.GetLastPInvokeError());
        return *(uint*)(status + OwnerAt);
    }

    /// <summary>Leaves the session of whoever started this process: neither its terminal nor its process group can end it any more.</summary>
    public static void LeaveSession() => _ = NewSession(); // fails only where this process leads a group already

    /// <summary>Lets go of the standard streams: whoever started this process waits for nothing of it.</summary>
    public static void LetGoOfStandardStreams()
    {
        using var nowhere = File.OpenHandle("/dev/null", FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
        for (var stream = 0; stream <= 2; stream++) _ = Duplicate(nowhere, stream);
    }

    [LibraryImport("libc", EntryPoint = "geteuid")]
    private static partial uint GetEffectiveUserId();

    [LibraryImport("libc", EntryPoint = "setsid")]
    private static partial int NewSession();

    [LibraryImport("libc", EntryPoint = "dup2")]
    private static partial int Duplicate(SafeFileHandle from, int to);

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static unsafe partial int GetStatus(int folder, string path, int flags, uint mask, byte* status);
}
