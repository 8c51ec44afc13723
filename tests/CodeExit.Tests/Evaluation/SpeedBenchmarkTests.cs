using CodeExit.Evaluation.Speed;
using CodeExit.Tests.Cli;

namespace CodeExit.Tests.Evaluation;

public class SpeedBenchmarkTests
{
    private static readonly SpeedOptions Options = new() { Repeats = 3 };

    [Fact]
    public void Run_KnownTimes_AreTheMeasurement()
    {
        var generator = new FakeGenerator();

        var measurement = Run(generator);

        Assert.Equal(512, measurement.PrefillTokens);
        Assert.Equal(0.512, measurement.PrefillSeconds, 9); // 1 ms for each prompt token
        Assert.Equal(64, measurement.DecodeTokens);
        Assert.Equal(0.128, measurement.DecodeSeconds, 9); // 2 ms for each token after the first
        Assert.Equal(256, measurement.FirstSuggestion.Warm, 9);
        Assert.Equal(4, measurement.FirstSuggestion.Typing, 9);
        Assert.True(generator.Disposed);
    }

    [Fact]
    public void Run_Prompts_ReuseOnlyWhereReuseIsMeasured()
    {
        var generator = new FakeGenerator();

        Run(generator);

        Assert.All(generator.Calls, call => Assert.Equal(call.Length == 260 ? 256 : 0, call.Reused));
    }

    [Fact]
    public void Run_ShortContext_TakesShorterPrompts()
    {
        var generator = new FakeGenerator { ContextLength = 200 };

        var measurement = Run(generator);

        Assert.Equal(199, measurement.PrefillTokens);
        Assert.All(generator.Calls, call => Assert.True(call.Length + call.MaxTokens <= 200));
    }

    [Fact]
    public void Run_ContextTooShort_SaysWhatItTakes()
    {
        var exception = Assert.Throws<ArgumentException>(() => Run(new FakeGenerator { ContextLength = 64 }));
        Assert.Contains("130", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(new[] { 3.0, 1.0, 2.0 }, 2.0)]
    [InlineData(new[] { 4.0, 1.0, 2.0, 3.0 }, 2.5)]
    [InlineData(new[] { 7.0 }, 7.0)]
    public void Median_OfValues_IsTheMiddle(double[] values, double expected) => Assert.Equal(expected, SpeedBenchmark.Median([.. values]));

    private static SpeedMeasurement Run(FakeGenerator generator) =>
        new SpeedBenchmark(Options, static _ => { }).Run(
            () => new SpeedSubject("m", new ModelWork(1, 1, 1, 1), "f32", 1, 4, generator, new FakeGenerator.FullDepth()), CancellationToken.None);
}
