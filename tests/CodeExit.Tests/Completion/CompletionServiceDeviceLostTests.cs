using CodeExit.Completion;
using CodeExit.Completion.Work;
using CodeExit.Inference.Models;
using CodeExit.Tests.Completion.Fakes;

namespace CodeExit.Tests.Completion;

/// <summary>What a request gets when the device that its model is on goes away.</summary>
public sealed class CompletionServiceDeviceLostTests
{
    private static readonly CompletionRequest Anything = new("x = ", 4);

    private readonly ManualTime _time = new();
    private readonly List<ScriptedGenerator> _loaded = [];
    private readonly List<string> _told = [];
    private int _losses;
    private Action _lost = static () => { };

    [Fact]
    public async Task CompleteAsync_DeviceLostOnce_IsAnsweredByTheModelLoadedAgain()
    {
        _losses = 1;
        using var service = Service();

        var result = await service.CompleteAsync(Anything, default);

        Assert.Equal("value", result!.Text);
        Assert.Equal((true, false), (_loaded[0].IsDisposed, _loaded[1].IsDisposed));
        Assert.Equal(["the card was lost"], _told);
        Assert.Equal(("ready", null), (service.Status.State, service.Status.Error));
    }

    [Fact]
    public async Task CompleteAsync_DeviceLostAgain_FailsAndALaterRequestStartsAnew()
    {
        _losses = 2;
        using var service = Service();

        Assert.Equal("the card was lost", (await Assert.ThrowsAsync<DeviceLostException>(() => service.CompleteAsync(Anything, default))).Message);
        Assert.Equal(("failed", "the card was lost"), (service.Status.State, service.Status.Error));
        Assert.All(_loaded, generator => Assert.True(generator.IsDisposed));

        await Assert.ThrowsAsync<DeviceLostException>(() => service.CompleteAsync(Anything, default)); // not at every key
        Assert.Equal(2, _loaded.Count);
        _time.Advance(ResidentModel.RetryAfter);
        Assert.Equal("value", (await service.CompleteAsync(Anything, default))!.Text);
        Assert.Equal(3, _loaded.Count);
    }

    [Fact]
    public async Task CompleteAsync_DeviceLostForOneThatIsNoLongerWanted_LoadsNothingForIt()
    {
        _losses = 1;
        using var caller = new CancellationTokenSource();
        _lost = caller.Cancel;
        using var service = Service();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => service.CompleteAsync(Anything, caller.Token));
        await service.UnloadAsync(default); // the worker is through with it

        Assert.Single(_loaded);
        Assert.Equal("value", (await service.CompleteAsync(Anything, default))!.Text);
    }

    private CompletionService Service() => new(_ => Load(), new CompletionOptions(), _time, deviceLost: lost => _told.Add(lost.Message));

    private LoadedModel Load()
    {
        var isLost = _losses-- > 0;
        var generator = new ScriptedGenerator { Script = (_, _) => isLost ? Lose() : ByteTokenizer.Tokens("value\n") };
        _loaded.Add(generator);
        return new LoadedModel("scripted", generator, new ByteTokenizer());
    }

    private int[] Lose()
    {
        _lost();
        throw new DeviceLostException("the card was lost");
    }
}
