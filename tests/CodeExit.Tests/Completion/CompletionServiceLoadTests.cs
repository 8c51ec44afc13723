using CodeExit.Completion;
using CodeExit.Completion.Calibration;
using CodeExit.Completion.Work;
using CodeExit.Inference.Checkpoints;
using CodeExit.Tests.Completion.Calibration;
using CodeExit.Tests.Completion.Fakes;

namespace CodeExit.Tests.Completion;

public sealed class CompletionServiceLoadTests : IDisposable
{
    private static readonly CompletionRequest Anything = new("x = ", 4);

    private readonly Gate _load = new();
    private readonly ManualTime _time = new();
    private readonly List<ScriptedGenerator> _loaded = [];
    private int _failuresLeft;
    private CalibratedModes _modes = CalibratedModes.None;

    public void Dispose() => _load.Dispose();

    [Fact]
    public void Status_NothingAsked_LoadsNothing()
    {
        using var service = Service();

        var status = service.Status;

        Assert.Equal(new CompletionServiceStatus("unloaded", "", "", 0, 0, null), status);
        Assert.Empty(_loaded);
    }

    [Theory]
    [InlineData(null, null, "", "")]
    [InlineData(null, "balanced", "", "balanced")]
    [InlineData(null, "lossless", "full", "lossless")]
    [InlineData("fixed:3", null, "fixed:3", "custom")]
    public async Task Status_PolicyAndMode_AreKnownBeforeTheLoadWhereTheyHangOnNoModel(string? policy, string? mode, string policyBefore, string modeBefore)
    {
        _modes = new CalibratedModes([new("balanced", CalibratedModesTests.Mode("fixed:4"))]);
        using var service = Service(new CompletionOptions { Depth = new() { Policy = policy, Mode = mode } });
        Assert.Equal((policyBefore, modeBefore), (service.DepthOf(null).Policy, service.DepthOf(null).Mode));

        _load.Open();
        var result = await service.CompleteAsync(Anything, default);

        var expected = policyBefore == "" ? ("fixed:4", "balanced") : (policyBefore, modeBefore);
        Assert.Equal(expected, (result!.Policy, result.Mode));
        Assert.Equal(expected, (service.DepthOf(null).Policy, service.DepthOf(null).Mode));
        Assert.Equal(policyBefore == "", result.Calibration is not null);
        Assert.All(result.LayersPerToken, layers => Assert.Equal(expected.Item1 == "full" ? 6 : expected.Item1[^1] - '0', layers));
    }

    [Fact]
    public async Task CompleteAsync_ModeThatTheModelLacks_FailsAndGivesTheWeightsBack()
    {
        _load.Open();
        using var service = Service(new CompletionOptions { Depth = new() { Mode = "balanced" } });

        var error = await Assert.ThrowsAsync<ArgumentException>(() => service.CompleteAsync(Anything, default));

        Assert.Contains("run codeexit calibrate", error.Message);
        Assert.True(Assert.Single(_loaded).IsDisposed);
    }

    [Fact]
    public async Task WarmAsync_ThenRequests_LoadsOnce()
    {
        using var service = Service();
        _load.Open();

        await service.WarmAsync(default);
        await service.CompleteAsync(Anything, default);
        await service.WarmAsync(default);

        Assert.Single(_loaded);
        Assert.Equal(("ready", "scripted", "cpu"), (service.Status.State, service.Status.Model, service.Status.Device));
    }

    [Fact]
    public async Task CompleteAsync_CancelledDuringTheLoad_DoesNotStopTheLoad()
    {
        using var service = Service();
        using var caller = new CancellationTokenSource();
        var cancelled = service.CompleteAsync(Anything, caller.Token);
        await _load.Arrived();
        Assert.Equal("loading", service.Status.State);

        await caller.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled);
        _load.Open();
        Assert.NotNull(await service.CompleteAsync(Anything, default));
        Assert.Single(Assert.Single(_loaded).Prompts);
    }

    [Fact]
    public async Task CompleteAsync_LoadFails_TellsEveryWaiterAndIsTriedAgainLater()
    {
        _failuresLeft = 1;
        using var service = Service();
        var request = service.CompleteAsync(Anything, default);
        await _load.Arrived();
        var second = service.CompleteAsync(Anything, default);
        var warm = service.WarmAsync(default);
        _load.Open(2);

        foreach (var task in (Task[])[request, second, warm])
            Assert.Equal("model.safetensors: broken", (await Assert.ThrowsAsync<CheckpointException>(() => task)).Message);
        Assert.Equal(("failed", "model.safetensors: broken"), (service.Status.State, service.Status.Error));
        Assert.Equal(0, _failuresLeft);

        _time.Advance(ResidentModel.RetryAfter - TimeSpan.FromTicks(1));
        await Assert.ThrowsAsync<CheckpointException>(() => service.CompleteAsync(Anything, default));
        _time.Advance(TimeSpan.FromTicks(1));
        Assert.NotNull(await service.CompleteAsync(Anything, default));
        Assert.Equal(("ready", null), (service.Status.State, service.Status.Error));
    }

    [Fact]
    public async Task CompleteAsync_PolicyBeyondTheModelsLayers_SaysHowManyThereAre()
    {
        _load.Open();
        using var service = Service(new CompletionOptions { Depth = new() { Policy = "fixed:7" } });

        var error = await Assert.ThrowsAsync<ArgumentException>(() => service.CompleteAsync(Anything, default));

        Assert.Contains("from 1 to 6", error.Message);
        Assert.True(Assert.Single(_loaded).IsDisposed);
    }

    [Fact]
    public async Task UnloadAsync_RequestRunning_WaitsForItAndTheNextOneLoadsAgain()
    {
        using var gate = new Gate();
        using var service = Service(script: gate.Script);
        _load.Open(2);
        var running = service.CompleteAsync(Anything, default);
        await gate.Arrived();

        var unload = service.UnloadAsync(default);
        Assert.False(unload.IsCompleted);
        Assert.False(_loaded[0].IsDisposed);
        gate.Open(2);
        await running;
        await unload;

        Assert.True(_loaded[0].IsDisposed);
        Assert.Equal("unloaded", service.Status.State);
        Assert.NotNull(await service.CompleteAsync(Anything, default));
        Assert.Equal(2, _loaded.Count);
    }

    [Fact]
    public async Task UnloadAsync_BetweenQueuedRequests_KeepsItsPlace()
    {
        using var gate = new Gate();
        using var service = Service(script: gate.Script);
        _load.Open(2);
        var running = service.CompleteAsync(Anything, default);
        await gate.Arrived();

        var before = service.CompleteAsync(Anything, default);
        var unload = service.UnloadAsync(default);
        var after = service.CompleteAsync(Anything, default);
        gate.Open(3);
        await Task.WhenAll(running, before, unload, after);

        Assert.Equal("2,1", string.Join(',', _loaded.Select(generator => generator.Prompts.Count)));
    }

    [Fact]
    public async Task UnloadAsync_NothingLoaded_LoadsNothing()
    {
        using var service = Service();

        await service.UnloadAsync(default);

        Assert.Empty(_loaded);
    }

    [Fact]
    public async Task Dispose_DuringTheLoad_CancelsIt()
    {
        var service = Service();
        var request = service.CompleteAsync(Anything, default);
        await _load.Arrived();

        service.Dispose();

        await Assert.ThrowsAsync<ObjectDisposedException>(() => request);
        Assert.Empty(_loaded);
    }

    private CompletionService Service(CompletionOptions? options = null, Func<string, CancellationToken, IEnumerable<int>>? script = null)
    {
        return new CompletionService(Load, options ?? new(), _time);

        LoadedModel Load(CancellationToken lifetime)
        {
            _load.Wait(lifetime);
            if (_failuresLeft > 0)
            {
                _failuresLeft--;
                throw new CheckpointException("model.safetensors: broken");
            }
            var generator = new ScriptedGenerator { Script = (_, stop) => script?.Invoke("done", stop) ?? ByteTokenizer.Tokens("done") };
            _loaded.Add(generator);
            return generator.Loaded() with { Modes = _modes };
        }
    }
}
