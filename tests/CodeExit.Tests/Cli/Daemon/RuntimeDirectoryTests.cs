using System.Diagnostics;
using CodeExit.Cli.Daemon;
using CodeExit.Tests.Inference.Checkpoints;
using Xunit.Abstractions;

namespace CodeExit.Tests.Cli.Daemon;

public sealed class RuntimeDirectoryTests(ITestOutputHelper output) : IDisposable
{
    private static readonly BuildId Build = new("0.1.0", 1, "0123456789abcdef");

    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void Named_VariablesGiven_TakesOurOwnBeforeTheSessions()
    {
        Assert.Equal("/one", Named(("CODEEXIT_RUNTIME_DIR", "/one"), ("XDG_RUNTIME_DIR", "/two")).Path);
        Assert.Equal("/two/codeexit", Named(("CODEEXIT_RUNTIME_DIR", ""), ("XDG_RUNTIME_DIR", "/two")).Path);
        Assert.StartsWith(Path.Combine(Path.GetTempPath(), "codeexit-"), Named().Path, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_NoFolderYet_MakesItForItsOwnerOnly()
    {
        var path = Open(Path.Combine(_folder.Path, "new")).Path;

        Assert.True(Directory.Exists(path));
        if (!OperatingSystem.IsWindows()) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(path));
    }

    [Fact]
    public void Open_OthersMayWriteThere_IsRefused()
    {
        if (OperatingSystem.IsWindows()) return; // no modes there
        var path = Path.Combine(_folder.Path, "open");
        Directory.CreateDirectory(path);
        File.SetUnixFileMode(path, (UnixFileMode)0b111_111_111);

        Assert.Contains("others may write there", Refusal(path), StringComparison.Ordinal);
    }

    [Fact]
    public void Open_LinkToAFolder_IsRefused()
    {
        var path = Path.Combine(_folder.Path, "link");
        Directory.CreateSymbolicLink(path, _folder.Path);

        Assert.Contains("it is a link", Refusal(path), StringComparison.Ordinal);
    }

    [Fact]
    public void Open_FolderOfAnotherUser_IsRefused()
    {
        if (!OperatingSystem.IsLinux() || Environment.UserName != "root")
        {
            output.WriteLine("not run: only root can give a folder away, and only Linux is asked for owners");
            return;
        }
        var path = Path.Combine(_folder.Path, "foreign");
        Directory.CreateDirectory(path);
        using (var chown = Process.Start("chown", ["65534", path])) chown.WaitForExit();

        Assert.Contains("it belongs to user 65534", Refusal(path), StringComparison.Ordinal);
    }

    [Fact]
    public void Open_FileInItsPlace_IsNamedWithWhatHelps()
    {
        var refusal = Refusal(_folder.Write("file", "no folder"));

        Assert.Contains(Path.Combine(_folder.Path, "file"), refusal, StringComparison.Ordinal);
        Assert.Contains("CODEEXIT_RUNTIME_DIR", refusal, StringComparison.Ordinal);
    }

    [Fact]
    public void AddressOf_PathTooLongForASocket_SaysHowLongItMayBe()
    {
        if (OperatingSystem.IsWindows()) return; // pipes have names there
        var directory = Open(Path.Combine(_folder.Path, new string('x', 80)));

        var refusal = Assert.Throws<DaemonUnavailableException>(() => directory.AddressOf(Build));

        Assert.Contains("at most 103", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AddressOf_TwoBuilds_AreTwoAddresses()
    {
        var directory = Open(_folder.Path);

        Assert.NotEqual(directory.AddressOf(Build), directory.AddressOf(Build with { Hash = "fedcba9876543210" }));
    }

    public void Dispose() => _folder.Dispose();

    private static RuntimeDirectory Named(params (string Name, string Value)[] variables) =>
        RuntimeDirectory.Named(name => variables.FirstOrDefault(variable => variable.Name == name).Value);

    private static RuntimeDirectory Open(string path) => RuntimeDirectory.Open(name => name == "CODEEXIT_RUNTIME_DIR" ? path : null);

    private static string Refusal(string path) => Assert.Throws<DaemonUnavailableException>(() => Open(path)).Message;
}
