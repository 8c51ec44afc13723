using CodeExit.Completion;
using CodeExit.Completion.Reuse;
using CodeExit.Telemetry;
using CodeExit.Tests.Completion.Fakes;

namespace CodeExit.Tests.Completion.Reuse;

public sealed class SuggestionCacheTests
{
    private readonly SuggestionCache _cache = new();

    [Fact]
    public void Find_TypedThroughAnywhere_IsWhatWasShownLessWhatWasTyped()
    {
        var random = new Random(4);
        for (var round = 0; round < 500; round++)
        {
            var document = RandomDocuments.Next(random, 1 + random.Next(20));
            var cursor = RandomDocuments.Cursor(random, document);
            if (cursor > 0 && document[cursor - 1] == '\r') continue; // no editor's cursor
            var shown = RandomDocuments.Next(random, 1 + random.Next(3)).TrimEnd() + "!";
            var typed = RandomDocuments.Cursor(random, shown);
            if (typed > 0 && shown[typed - 1] == '\r') continue;
            var other = RandomDocuments.Next(random, 3);
            _cache.Add(new CompletionRequest(document, cursor), Result(shown), isTold: true);
            _cache.Add(new CompletionRequest(other + "█", 0), Result("another place"), isTold: true);

            var there = _cache.Find(new CompletionRequest(document.Insert(cursor, shown[..typed]), cursor + typed));
            var back = _cache.Find(new CompletionRequest(document, cursor));

            Assert.Equal(typed < shown.Length ? shown[typed..] : null, there?.Text);
            Assert.Equal(shown, back?.Text);
            Assert.Null(_cache.Find(new CompletionRequest(document.Insert(cursor, shown[..typed] + "\0"), cursor + typed + 1)));
            Assert.Null(_cache.Find(new CompletionRequest(document + "\0", cursor)));
            Assert.Null(_cache.Find(new CompletionRequest("\0" + document, cursor + 1)));
            _cache.Clear();
        }
    }

    [Fact]
    public void Find_TwoFit_IsWhatWasShownLast()
    {
        _cache.Add(new CompletionRequest("x = ", 4), Result("foo(1)"), isTold: true);
        _cache.Add(new CompletionRequest("x = f", 5), Result("irst"), isTold: true);

        Assert.Equal("irst", _cache.Find(new CompletionRequest("x = f", 5))!.Text);
        Assert.Equal("foo(1)", _cache.Find(new CompletionRequest("x = ", 4))!.Text); // back
        Assert.Equal("oo(1)", _cache.Find(new CompletionRequest("x = f", 5))!.Text);
    }

    [Fact]
    public void Find_Told_CostsNothing()
    {
        _cache.Add(new CompletionRequest("x = ", 4), Result("foo"), isTold: true);

        var again = _cache.Find(new CompletionRequest("x = f", 5))!;

        Assert.Equal((AnswerSource.Cache, 7L, "oo"), (again.Source, again.Id, again.Text));
        Assert.Equal((0, 0, 0), (again.Tokens, again.PromptTokens, again.LayersPerToken.Count));
        Assert.Equal((0.0, 0.0, EnergyLabel.EstimatedModel), (again.Energy.Joules!.Value, again.Energy.NetJoules!.Value, again.Energy.Label));
        Assert.Null(again.MeasuredEnergy);
    }

    [Fact]
    public void Find_NotTold_TellsTheCostOnce()
    {
        _cache.Add(new CompletionRequest("x = ", 4), Result("foo"), isTold: false);

        Assert.Equal((AnswerSource.Running, 3.0), Cost(_cache.Find(new CompletionRequest("x = f", 5))!));
        Assert.Equal((AnswerSource.Cache, 0.0), Cost(_cache.Find(new CompletionRequest("x = fo", 6))!));
    }

    [Fact]
    public void Find_NotMeasured_DoesNotBecomeANumber()
    {
        _cache.Add(new CompletionRequest("x = ", 4), Result("foo") with { Energy = EnergyMeasurement.Unavailable(TimeSpan.Zero) }, isTold: true);

        Assert.Null(_cache.Find(new CompletionRequest("x = ", 4))!.Energy.Joules);
    }

    [Fact]
    public void Add_ManyLongDocuments_ForgetsTheOldest()
    {
        var document = new string('x', 90_000);
        for (var i = 0; i < 40; i++) _cache.Add(new CompletionRequest(i + document, 0), Result("foo"), isTold: true);

        var kept = Enumerable.Range(0, 40).Where(i => _cache.Find(new CompletionRequest(i + document, 0)) is not null).ToArray();

        Assert.Equal(39, kept[^1]);
        Assert.InRange(kept.Length, 8, 16);
        Assert.Equal(kept, Enumerable.Range(40 - kept.Length, kept.Length));
    }

    private static (AnswerSource, double) Cost(CompletionResult result) => (result.Source, result.Energy.Joules!.Value);

    private static CompletionResult Result(string text) => new(
        text, StopReason.EndOfText, 3, 10, 5, 6, [6, 6, 6], new CompletionLatency(9, 5, 4, 4),
        new EnergyMeasurement(3, 2, EnergyLabel.EstimatedModel, "estimate", "process", TimeSpan.FromMilliseconds(9)), "full", "lossless", "scripted", "cpu")
    { Id = 7, MeasuredEnergy = Task.FromResult(EnergyMeasurement.Unavailable(TimeSpan.Zero)) };
}
