using CodeExit.Cli.Daemon;
using CodeExit.Tests.Inference.Checkpoints;

namespace CodeExit.Tests.Cli.Daemon;

public sealed class DaemonLogTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void Write_Forever_KeepsTheNewestLinesInTwoFilesOfBoundedSize()
    {
        using (var log = new DaemonLog(_folder.Path, TimeProvider.System))
        {
            for (var line = 0; line < 4000; line++) log.Write($"line {line} {new string('x', 1000)}");
        }

        var files = Directory.GetFiles(_folder.Path);
        Assert.Equal(2, files.Length);
        Assert.All(files, file => Assert.InRange(new FileInfo(file).Length, 1, DaemonLog.MaxBytes + 2000));
        Assert.Contains("line 3999 ", File.ReadLines(Path.Combine(_folder.Path, "daemon.log")).Last(), StringComparison.Ordinal);
    }

    [Fact]
    public void Write_TextOfManyLines_IsOneLine()
    {
        using var log = new DaemonLog(_folder.Path, TimeProvider.System);

        log.Write("one\ntwo\r\nthree");

        Assert.EndsWith("one two three", Assert.Single(File.ReadAllLines(log.Path!)), StringComparison.Ordinal);
    }

    [Fact]
    public void Write_NowhereToWriteTo_CostsTheLogOnly()
    {
        using var log = new DaemonLog(Path.Combine(_folder.Write("file", "no folder"), "below"), TimeProvider.System);

        log.Write("lost");
    }

    public void Dispose() => _folder.Dispose();
}
