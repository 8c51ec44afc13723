using CodeExit.Completion;
using CodeExit.Evaluation.Replay;

namespace CodeExit.Tests.Evaluation.Replay;

public sealed class AidedTypingTests
{
    private readonly ReplayClock _clock = new(TimeProvider.System, double.PositiveInfinity);

    [Theory]
    [InlineData(AskingAids.None, true, 0)]
    [InlineData(AskingAids.Debounce, true, 0)]
    [InlineData(AskingAids.Gate, false, 1)]
    [InlineData(AskingAids.Gate | AskingAids.Debounce, false, 1)]
    public void LetsThrough_MidWord_OnlyTheGateDoesNot(AskingAids aids, bool lets, int notAsked)
    {
        var typing = new AidedTyping(aids, _clock);
        typing.Open("a.py");

        Assert.Equal(lets, typing.LetsThrough(new CompletionRequest("value", 3)));
        Assert.True(typing.LetsThrough(new CompletionRequest("value", 5)));
        Assert.Equal(notAsked, typing.NotAsked);
    }

    [Theory]
    [InlineData(AskingAids.None, 80, false)]
    [InlineData(AskingAids.Gate, 80, false)]
    [InlineData(AskingAids.Debounce, 80, true)]
    [InlineData(AskingAids.Debounce, 240, false)]
    public async Task Wait_SteadyTyping_LastsOnlyWithTheDebounceAndNearKeys(AskingAids aids, int gapMs, bool waits)
    {
        var typing = new AidedTyping(aids, _clock);
        typing.Open("a.py");
        for (var key = 0; key < 40; key++)
        {
            typing.Answered(TimeSpan.FromMilliseconds(400));
            await _clock.RestAsync(_clock.Now + TimeSpan.FromMilliseconds(gapMs), default);
            typing.Typed(key, 1);
        }

        Assert.Equal(waits, typing.Wait > TimeSpan.Zero);
    }

    [Fact]
    public void LetsThrough_RejectedTwiceHere_IsNotAskedHere()
    {
        var typing = new AidedTyping(AskingAids.Gate, _clock);
        typing.Open("a.py");
        var request = new CompletionRequest("x = ", 4);
        for (var i = 0; i < 2; i++)
        {
            Assert.True(typing.LetsThrough(request));
            typing.Rejected("1");
        }

        Assert.False(typing.LetsThrough(request));
    }
}
