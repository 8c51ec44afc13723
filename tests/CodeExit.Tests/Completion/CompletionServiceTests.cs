using CodeExit.Completion;
using CodeExit.Telemetry;
using CodeExit.Tests.Completion.Fakes;

namespace CodeExit.Tests.Completion;

public class CompletionServiceTests
{
    private static readonly CompletionRequest Anything = new("x = ", 4);

    [Fact]
    public async Task CompleteAsync_ModelReady_SaysWhatCameOutAndWhatItCost()
    {
        using var service = Service(ScriptedGenerator.Saying("a + b\nc\n\n\nd"), new CompletionOptions { Depth = new() { Policy = "fixed:4" } });

        var result = await service.CompleteAsync(Anything, default);

        Assert.Equal(("a + b", StopReason.EndOfLine, 6, 7), (result!.Text, result.StopReason, result.Tokens, result.PromptTokens));
        Assert.Equal((6, "4,4,4,4,4,4"), (result.LayerCount, string.Join(',', result.LayersPerToken)));
        Assert.Equal(("fixed:4", "custom", "scripted", "cpu"), (result.Policy, result.Mode, result.Model, result.Device));
        Assert.Equal(EnergyLabel.Unavailable, result.Energy.Label);
        Assert.True(result.Latency.Total >= result.Latency.FirstToken);
    }

    [Fact]
    public async Task CompleteAsync_Options_ReachTheGenerator()
    {
        var generator = ScriptedGenerator.Saying("abcdefghij");
        using var service = Service(generator, new CompletionOptions { MaxTokens = 5, Temperature = 0.5f, TopP = 0.9f, Seed = 7 });

        Assert.Equal("abcde", (await service.CompleteAsync(Anything, default))!.Text);
        Assert.Equal(StopReason.Budget, (await service.CompleteAsync(Anything with { MaxTokens = 3 }, default))!.StopReason);
        var options = generator.LastOptions!;
        Assert.Equal((3, 0.5f, 0.9f, 7ul), (options.MaxTokens, options.Temperature, options.TopP, options.Seed));
    }

    [Theory]
    [InlineData(100, 64, 50)]
    [InlineData(200, 64, 136)]
    [InlineData(4096, 64, 1024)]
    [InlineData(4096, 100_000, 1024)]
    public async Task CompleteAsync_LongDocument_LeavesRoomInTheContext(int context, int maxTokens, int mostPromptTokens)
    {
        var generator = new ScriptedGenerator { Script = (_, _) => [], ContextLength = context };
        using var service = Service(generator);

        await service.CompleteAsync(new CompletionRequest(new string('\n', 9000) + "x", 5000) { MaxTokens = maxTokens }, default);

        Assert.InRange(generator.Prompts.Single().Length, mostPromptTokens / 2, mostPromptTokens);
    }

    [Fact]
    public async Task CompleteAsync_NothingToPromptWith_AnswersEmpty()
    {
        var generator = ScriptedGenerator.Saying("x");
        using var service = new CompletionService(_ => generator.Loaded() with { Tokenizer = new ByteTokenizer { Fim = null } }, new());

        Assert.Equal("", (await service.CompleteAsync(new CompletionRequest("", 0), default))!.Text);
        Assert.Empty(generator.Prompts);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(5)]
    public async Task CompleteAsync_OffsetOutsideTheText_IsRefused(int offset)
    {
        using var service = Service(ScriptedGenerator.Saying("a"));

        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => service.CompleteAsync(new CompletionRequest("x = ", offset), default));
    }

    [Fact]
    public async Task CompleteAsync_MaxTokensBelowOne_IsRefused()
    {
        using var service = Service(ScriptedGenerator.Saying("a"));

        var error = await Assert.ThrowsAsync<ArgumentOutOfRangeException>(
            () => service.CompleteAsync(Anything with { MaxTokens = 0 }, default));

        Assert.Contains("max tokens must be at least 1", error.Message);
    }

    [Fact]
    public async Task CompleteAsync_GenerationFails_FailsThatRequestOnly()
    {
        var calls = 0;
        var generator = new ScriptedGenerator
        {
            Script = (_, _) => ++calls == 1 ? throw new InvalidOperationException("boom") : ByteTokenizer.Tokens("a"),
        };
        using var service = Service(generator);

        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => service.CompleteAsync(Anything, default));

        Assert.Equal("boom", error.Message);
        Assert.Equal("a", (await service.CompleteAsync(Anything, default))!.Text);
        Assert.Equal(("ready", 1L), (service.Status.State, service.Status.Completed));
    }

    [Fact]
    public void Constructor_BadOption_NamesIt()
    {
        var error = Assert.Throws<ArgumentException>(() => Service(ScriptedGenerator.Saying("a"), new CompletionOptions { Depth = new() { Mode = "fast" } }));

        Assert.Contains("mode 'fast'", error.Message);
    }

    [Fact]
    public async Task CompleteAsync_TypingInALongFile_RepeatsThePromptUpToTheEdit()
    {
        var generator = ScriptedGenerator.Saying("a");
        using var service = Service(generator);
        var before = string.Concat(Enumerable.Repeat("    line of code\n", 500));

        await service.CompleteAsync(new CompletionRequest(before + "\nend\n", before.Length), default);
        await service.CompleteAsync(new CompletionRequest(before + "x\nend\n", before.Length + 1), default);

        var (first, second) = (generator.Prompts[0], generator.Prompts[1]);
        Assert.Equal(Array.IndexOf(first, ByteTokenizer.Suffix), first.Zip(second).TakeWhile(pair => pair.First == pair.Second).Count());
    }

    private static CompletionService Service(ScriptedGenerator generator, CompletionOptions? options = null) =>
        new(_ => generator.Loaded(), options ?? new());
}
