using CodeExit.Completion.Gate;
using CodeExit.Tests.Completion.Fakes;

namespace CodeExit.Tests.Completion.Gates;

public class TypingHistoryTests
{
    private readonly ManualTime _time = new();
    private readonly TypingHistory _history;

    public TypingHistoryTests()
    {
        _history = new TypingHistory(_time);
        for (var answer = 0; answer < 40; answer++) _history.Answered(TimeSpan.FromMilliseconds(400));
    }

    [Fact]
    public void Wait_FastModel_IsNone()
    {
        Type(60, _ => 80);
        for (var answer = 0; answer < 40; answer++) _history.Answered(TimeSpan.FromMilliseconds(5));
        Assert.Equal(TimeSpan.Zero, AdaptiveDebounce.Wait(_history, AdaptiveDebounce.Longest));
    }

    [Theory]
    [InlineData(60, true)]
    [InlineData(110, true)]
    [InlineData(145, true)]
    [InlineData(240, false)]
    [InlineData(600, false)]
    public void Wait_SteadyTyping_LastsUntilTheNextKeyWhereThatIsNear(int gap, bool waits)
    {
        Type(60, _ => gap);

        var wait = AdaptiveDebounce.Wait(_history, AdaptiveDebounce.Longest).TotalMilliseconds;

        // Less than the gap by what is accepted, and never more than the bound.
        if (waits) Assert.InRange(wait, gap * 0.8, AdaptiveDebounce.Longest.TotalMilliseconds);
        else Assert.Equal(0, wait);
        Assert.Equal(TimeSpan.Zero, AdaptiveDebounce.Wait(_history, TimeSpan.Zero));
    }

    [Fact]
    public void Wait_NothingTyped_IsNone() => Assert.Equal(TimeSpan.Zero, AdaptiveDebounce.Wait(_history, AdaptiveDebounce.Longest));

    [Fact]
    public void Wait_Pauses_DoNotCountAsRhythm()
    {
        Type(60, key => key % 5 == 0 ? 3000 : 90);
        Assert.InRange(AdaptiveDebounce.Wait(_history, AdaptiveDebounce.Longest).TotalMilliseconds, 70, 110);
    }

    [Fact]
    public void Wait_MuchIsAccepted_IsShorter()
    {
        Type(60, _ => 100);
        var before = AdaptiveDebounce.Wait(_history, AdaptiveDebounce.Longest);
        for (var i = 0; i < 10; i++) _history.Accepted();
        Assert.InRange(AdaptiveDebounce.Wait(_history, AdaptiveDebounce.Longest) / before, 0, 0.5);
        for (var i = 0; i < 30; i++) _history.Rejected("here", "x");
        Assert.InRange(AdaptiveDebounce.Wait(_history, AdaptiveDebounce.Longest) / before, 1, 1.3);
    }

    [Fact]
    public void Rejections_ManyPlaces_ForgetsTheOldest()
    {
        for (var place = 0; place < 1000; place++) _history.Rejected($"{place}", "x");
        Assert.Equal((0, 1, 1000), (_history.Rejections("0"), _history.Rejections("999"), _history.RejectionsInARow));
    }

    private void Type(int keys, Func<int, int> gap)
    {
        for (var key = 0; key < keys; key++)
        {
            _time.Advance(TimeSpan.FromMilliseconds(gap(key)));
            _history.Edited("file:///a.py", key, 0, 1);
        }
    }
}
