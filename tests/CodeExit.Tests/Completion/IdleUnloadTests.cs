using System.Collections.Concurrent;
using CodeExit.Completion;
using CodeExit.Tests.Completion.Fakes;
using CodeExit.Tests.Telemetry.Simulation;

namespace CodeExit.Tests.Completion;

public sealed class IdleUnloadTests : IDisposable
{
    private static readonly TimeSpan After = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly CompletionRequest Request = new("x = ", 4);

    private readonly ConcurrentBag<ScriptedGenerator> _loaded = [];
    private readonly SimulatedTime _time = new();
    private readonly SemaphoreSlim _unloads = new(0);

    [Fact]
    public async Task Service_NobodyAsks_GivesTheWeightsBackOnceAndInTime()
    {
        using var service = Create(_time, After);
        await service.CompleteAsync(Request, default);

        _time.Advance(After - TimeSpan.FromMilliseconds(1));
        Assert.Equal("ready", service.Status.State);
        Assert.Equal(TimeSpan.FromMilliseconds(1), service.UnloadIn);
        _time.Advance(TimeSpan.FromMilliseconds(1));
        await UnloadedAsync();

        Assert.Equal("unloaded", service.Status.State);
        Assert.True(Assert.Single(_loaded).IsDisposed);
        Assert.Null(service.UnloadIn);
        _time.Advance(TimeSpan.FromHours(1));
        Assert.Equal(0, _unloads.CurrentCount); // not again
    }

    [Fact]
    public async Task Service_AskedNowAndThen_KeepsThem()
    {
        using var service = Create(_time, After);
        for (var request = 0; request < 20; request++)
        {
            await service.CompleteAsync(Request, default);
            _time.Advance(After - TimeSpan.FromMilliseconds(1));
        }

        Assert.False(Assert.Single(_loaded).IsDisposed);
    }

    [Fact]
    public async Task Service_RequestInProgress_IsNotIdle()
    {
        using var gate = new Gate();
        using var service = Create(_time, After, (_, stop) => gate.Script("1\n", stop));
        var answer = service.CompleteAsync(Request, default);
        await gate.Arrived();

        _time.Advance(TimeSpan.FromHours(1));
        Assert.Null(service.UnloadIn);
        gate.Open();

        Assert.NotNull(await answer.WaitAsync(Patience));
        Assert.Equal(After, service.UnloadIn);
        Assert.False(Assert.Single(_loaded).IsDisposed);
    }

    [Fact]
    public async Task Status_Asked_LoadsNothingAndMovesNoTimer()
    {
        using var service = Create(_time, After);
        await service.WarmAsync(default);
        for (var look = 0; look < 9; look++)
        {
            _time.Advance(1);
            Assert.Equal("ready", service.Status.State);
        }
        _time.Advance(1);
        await UnloadedAsync();

        Assert.Equal("unloaded", service.Status.State);
        Assert.Single(_loaded);
    }

    [Fact]
    public async Task Service_Infinite_NeverUnloads()
    {
        using var service = Create(_time, Timeout.InfiniteTimeSpan);
        await service.CompleteAsync(Request, default);

        _time.Advance(TimeSpan.FromDays(100));

        Assert.Equal("ready", service.Status.State);
        Assert.Null(service.UnloadIn);
    }

    [Fact]
    public async Task CompleteAsync_AroundTheUnloadToTheMillisecond_IsAlwaysAnswered()
    {
        using var service = Create(_time, After);
        for (var offset = -100; offset < 100; offset++) // ±50 ms in half milliseconds
        {
            _time.Advance(After + TimeSpan.FromMilliseconds(offset / 2.0));
            Assert.NotNull(await service.CompleteAsync(Request, default).WaitAsync(Patience));
        }

        Assert.InRange(_loaded.Count, 100, 102); // once, and then after each of those that came too late
    }

    [Fact]
    public async Task CompleteAsync_AtTheVeryMomentOfTheUnload_IsAlwaysAnswered()
    {
        using var service = Create(_time, After);
        await service.WarmAsync(default);
        for (var round = 0; round < 200; round++)
        {
            using var start = new Barrier(2);
            var answer = Task.Run(async () =>
            {
                start.SignalAndWait();
                Thread.SpinWait(round * 7 % 50 * 20);
                return await service.CompleteAsync(Request, default);
            });
            start.SignalAndWait();
            Thread.SpinWait(round % 50 * 20); // now before the other, now behind it
            _time.Advance(After); // the timer fires on this thread, while the other one asks
            Assert.NotNull(await answer.WaitAsync(Patience));
        }

        Assert.True(_loaded.Count > 1, "it was never unloaded: the test shows nothing");
    }

    /// <summary>The same on the system's clock and threads; nothing is said of how long it takes.</summary>
    [Fact]
    public async Task CompleteAsync_RealTimerOfTenMilliseconds_IsAlwaysAnswered()
    {
        var after = TimeSpan.FromMilliseconds(10);
        using var service = Create(TimeProvider.System, after);
        for (var round = 0; round < 200; round++)
        {
            await Task.Delay(after + TimeSpan.FromMilliseconds((round % 11) - 5));
            Assert.NotNull(await service.CompleteAsync(Request, default).WaitAsync(Patience));
        }

        Assert.True(_loaded.Count > 1, "it was never unloaded: the test shows nothing");
    }

    public void Dispose() => _unloads.Dispose();

    private IdleUnload Create(TimeProvider time, TimeSpan after, Func<int[], CancellationToken, IEnumerable<int>>? script = null)
    {
        var service = new CompletionService(
            _ =>
            {
                var generator = new ScriptedGenerator { Script = script ?? ((_, _) => ByteTokenizer.Tokens("1\n")) };
                Assert.DoesNotContain(_loaded, model => !model.IsDisposed); // never two models
                _loaded.Add(generator);
                return generator.Loaded();
            },
            new CompletionOptions { Depth = new DepthSettings { Mode = Modes.Lossless } },
            time);
        return new IdleUnload(service, after, time, () => _unloads.Release());
    }

    private async Task UnloadedAsync() => Assert.True(await _unloads.WaitAsync(Patience), "it was not unloaded");
}
