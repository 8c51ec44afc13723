using CodeExit.Inference.Checkpoints;
using CodeExit.Inference.Decoding;
using CodeExit.Inference.EarlyExit;
using CodeExit.Inference.Models;

namespace CodeExit.Tests.Inference.Decoding;

[Trait(TestDevice.Trait, TestDevice.Any)]
public sealed class GeneratorTests
{
    private static readonly HashSet<int> NoEnd = [];
    private static readonly FullDepthPolicy Full = new();

    [Theory]
    [InlineData("models/default", WeightPrecision.Int8)]
    [InlineData("models/default", WeightPrecision.BF16)]
    [InlineData("tests/fixtures/checkpoints/mistral-window", WeightPrecision.F32)]
    [InlineData("tests/fixtures/checkpoints/opt-post-norm", WeightPrecision.Int8)]
    public void Generate_RandomEditingHistory_EqualsColdRun(string folder, WeightPrecision precision)
    {
        using var warm = Open(folder, precision);
        using var cold = Open(folder, precision);
        var random = new Random(11);
        var prompt = Tokens(random, warm, warm.ContextLength * 3 / 5);
        var reused = 0;
        for (var edit = 0; edit < 60; edit++)
        {
            // Sampling at temperature 1 shows a difference in any logit; greedy would hide most.
            var options = new GenerationOptions { MaxTokens = 6, Temperature = 1, TopP = 0.98f, Seed = (ulong)edit };
            var actual = warm.Generate([.. prompt], options, Full, NoEnd, null, CancellationToken.None);
            _ = cold.Generate([prompt[0] == 0 ? 1 : 0], options, Full, NoEnd, null, CancellationToken.None);
            var expected = cold.Generate([.. prompt], options, Full, NoEnd, null, CancellationToken.None);

            Assert.Equal(0, expected.PromptTokensReused);
            Assert.Equal(expected.Tokens, actual.Tokens);
            reused += actual.PromptTokensReused;
            Edit(random, warm, prompt, actual.Tokens);
        }
        Assert.True(reused > 60 * warm.ContextLength / 5, $"only {reused} tokens were reused in 60 requests");
    }

    [Fact]
    public void Generate_CancelledAtAnyMoment_NextAnswerIsRight()
    {
        using var generator = Open("models/default", WeightPrecision.Int8);
        using var fresh = Open("models/default", WeightPrecision.Int8);

        RandomCancellation.AssertNextAnswerIsRight(generator, fresh, Full, new Random(3));
    }

    [Fact]
    public void Generate_CancelledBeforehand_ThrowsAndReusesNothingWrong()
    {
        using var generator = Open("models/default", WeightPrecision.Int8);
        using var source = new CancellationTokenSource();
        source.Cancel();

        Assert.Throws<OperationCanceledException>(
            () => generator.Generate([1, 2, 3], new GenerationOptions(), Full, NoEnd, null, source.Token));
    }

    [Theory]
    [InlineData(WeightPrecision.Int8)]
    [InlineData(WeightPrecision.BF16)]
    public void Generate_AfterWarmUp_AllocatesNothingPerToken(WeightPrecision precision)
    {
        using var generator = Open("models/default", precision);
        var options = new GenerationOptions { MaxTokens = 80, Temperature = 0.8f, TopP = 0.9f };
        generator.Generate([5, 6, 7], options, Full, NoEnd, null, CancellationToken.None);

        var allocated = AllocationObserver.Allocated(10, 70, observer =>
            generator.Generate([5, 6, 8], options, Full, NoEnd, observer, CancellationToken.None));

        Assert.Equal(0, allocated);
    }

    [Fact]
    public void Generate_FixedDepthThenFull_RunsTheSkippedLayersAgain()
    {
        using var generator = Open("models/default", WeightPrecision.Int8);
        using var fresh = Open("models/default", WeightPrecision.Int8);
        var prompt = Tokens(new Random(4), generator, 50).ToArray();
        var options = new GenerationOptions { MaxTokens = 10 };
        var half = new FixedLayerPolicy(generator.Config.LayerCount / 2);
        var shallow = generator.Generate(prompt, options, half, NoEnd, null, CancellationToken.None);
        var full = generator.Generate(prompt, options, Full, NoEnd, null, CancellationToken.None);
        var again = generator.Generate(prompt, options, half, NoEnd, null, CancellationToken.None);

        Assert.All(shallow.LayersPerToken, layers => Assert.Equal(generator.Config.LayerCount / 2, layers));
        Assert.Equal(prompt.Length - 1, full.PromptTokensReused);
        Assert.Equal(fresh.Generate(prompt, options, Full, NoEnd, null, CancellationToken.None).Tokens, full.Tokens);
        Assert.Equal(shallow.Tokens, again.Tokens);
        Assert.Equal(prompt.Length - 1, again.PromptTokensReused);
    }

    [Fact]
    public void Generate_EndToken_EndsAndIsLeftOut()
    {
        using var generator = Open("models/default", WeightPrecision.Int8);
        var options = new GenerationOptions { MaxTokens = 12 };
        var free = generator.Generate([9, 8, 7], options, Full, NoEnd, null, CancellationToken.None);
        var end = free.Tokens[5];
        var ended = generator.Generate([9, 8, 7], options, Full, new HashSet<int> { end }, null, CancellationToken.None);

        Assert.Equal(GenerationEnd.Budget, free.End);
        Assert.Equal(GenerationEnd.EndOfText, ended.End);
        Assert.Equal(free.Tokens.TakeWhile(token => token != end), ended.Tokens);
    }

    [Fact]
    public void Generate_PromptFillsContext_YieldsOneTokenAndSaysSo()
    {
        using var generator = Open("models/default", WeightPrecision.Int8);
        var prompt = Tokens(new Random(1), generator, generator.ContextLength).ToArray();
        var result = generator.Generate(prompt, new GenerationOptions(), Full, NoEnd, null, CancellationToken.None);

        Assert.Equal(GenerationEnd.ContextFull, result.End);
        Assert.Single(result.Tokens);
    }

    [Theory]
    [InlineData(new int[0], "at least one token")]
    [InlineData(new[] { 1, -1 }, "-1")]
    [InlineData(new[] { 1_000_000 }, "1000000")]
    public void Generate_BadPrompt_NamesWhatIsWrong(int[] prompt, string named)
    {
        using var generator = Open("models/default", WeightPrecision.Int8);
        var error = Assert.Throws<ArgumentException>(
            () => generator.Generate(prompt, new GenerationOptions(), Full, NoEnd, null, CancellationToken.None));

        Assert.Contains(named, error.Message, StringComparison.Ordinal);
    }

    private static Generator Open(string folder, WeightPrecision precision) =>
        new(TestDevice.Open(Checkpoint.Open(RepositoryFiles.Path(folder)), precision, 512, threads: 2));

    private static List<int> Tokens(Random random, Generator generator, int count) =>
        [.. Enumerable.Range(0, Math.Min(count, generator.ContextLength)).Select(_ => random.Next(generator.Config.VocabularySize))];

    /// <summary>What a person does: accept, type, delete, change something in the middle, go elsewhere.</summary>
    private static void Edit(Random random, Generator generator, List<int> prompt, IReadOnlyList<int> suggestion)
    {
        switch (random.Next(5))
        {
            case 0:
                prompt.AddRange(suggestion);
                break;
            case 1:
                prompt.Add(random.Next(generator.Config.VocabularySize));
                break;
            case 2:
                prompt.RemoveRange(prompt.Count - random.Next(1, 20), 1);
                break;
            case 3:
                prompt[random.Next(prompt.Count / 2, prompt.Count)] = random.Next(generator.Config.VocabularySize);
                break;
            default:
                prompt.RemoveRange(prompt.Count - 30, 30);
                prompt.AddRange(Tokens(random, generator, 28));
                break;
        }
        if (prompt.Count > generator.ContextLength - 10) prompt.RemoveRange(prompt.Count / 2, prompt.Count / 4);
    }
}
