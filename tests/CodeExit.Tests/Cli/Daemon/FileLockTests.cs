using CodeExit.Cli.Daemon;
using CodeExit.Tests.Inference.Checkpoints;

namespace CodeExit.Tests.Cli.Daemon;

public sealed class FileLockTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Path => System.IO.Path.Combine(_folder.Path, "lock");

    [Fact]
    public void TryAcquire_Held_GivesNothingUntilItIsLetGo()
    {
        var first = FileLock.TryAcquire(Path);

        Assert.NotNull(first);
        Assert.Null(FileLock.TryAcquire(Path));
        first.Dispose();
        using var second = FileLock.TryAcquire(Path);
        Assert.NotNull(second);
    }

    [Fact]
    public async Task AcquireAsync_LetGoMeanwhile_GetsIt()
    {
        var first = FileLock.TryAcquire(Path)!;
        var waiting = FileLock.AcquireAsync(Path, TimeSpan.FromSeconds(30), TimeProvider.System, CancellationToken.None);

        Assert.False(waiting.IsCompleted);
        first.Dispose();

        using var second = await waiting;
        Assert.NotNull(second);
    }

    [Fact]
    public async Task AcquireAsync_NotLetGo_GivesUp()
    {
        using var first = FileLock.TryAcquire(Path);

        Assert.Null(await FileLock.AcquireAsync(Path, TimeSpan.FromMilliseconds(1), TimeProvider.System, CancellationToken.None));
    }

    [Fact]
    public void TryAcquire_NoSuchFolder_SaysSo()
    {
        var refusal = Assert.Throws<DaemonUnavailableException>(() => FileLock.TryAcquire(System.IO.Path.Combine(Path, "below", "lock")));

        Assert.Contains("cannot be made", refusal.Message, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();
}
