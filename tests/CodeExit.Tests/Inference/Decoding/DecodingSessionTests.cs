using CodeExit.Inference.Checkpoints;
using CodeExit.Inference.Decoding;
using CodeExit.Inference.EarlyExit;
using CodeExit.Inference.Models;
using CodeExit.Tests.Inference.EarlyExit;

namespace CodeExit.Tests.Inference.Decoding;

[Trait(TestDevice.Trait, TestDevice.Any)]
public sealed class DecodingSessionTests
{
    private static readonly HashSet<int> NoEnd = [];

    /// <summary>
    /// With back-fill, whatever the depths of earlier tokens, a token read out after layer N is what a fresh run of everything before it
    /// says after layer N.
    /// </summary>
    [Theory]
    [InlineData("models/default", WeightPrecision.Int8)]
    [InlineData("tests/fixtures/checkpoints/mistral-window", WeightPrecision.F32)]
    [InlineData("tests/fixtures/checkpoints/opt-post-norm", WeightPrecision.BF16)]
    public void Generate_RandomDepthsBackFilled_EachTokenIsThatOfAFreshRunToItsLayer(string folder, WeightPrecision precision)
    {
        using var generator = new Generator(Open(folder, precision));
        using var fresh = Open(folder, precision);
        var random = new Random(5);
        var layers = generator.Config.LayerCount;
        List<int> prompt = [.. Tokens(random, generator.Config, 40)];
        var depths = new HashSet<int>();
        for (var request = 0; request < 6; request++)
        {
            var exits = Enumerable.Range(0, 8).Select(_ => random.Next(1, layers + 1)).ToArray();
            var result = Generate(generator, prompt, new ScriptedExits(token => exits[token]), exits.Length);

            Assert.Equal(exits, result.LayersPerToken);
            for (var i = 0; i < exits.Length; i++)
            {
                var logits = LayerInspector.Read(fresh, [.. prompt, .. result.Tokens.Take(i)], CancellationToken.None);
                Assert.Equal(Sampler.ArgMax(logits[exits[i] - 1]), result.Tokens[i]);
            }
            Assert.True(request == 0 || result.PromptTokensReused >= 30, $"request {request} kept {result.PromptTokensReused} tokens");
            depths.UnionWith(exits);
            prompt.RemoveRange(prompt.Count - 4, 4);
            prompt.AddRange([.. result.Tokens.Take(random.Next(8)), .. Tokens(random, generator.Config, 5)]);
        }
        Assert.True(depths.Count > layers / 2, $"only {depths.Count} depths were tried");
    }

    [Fact]
    public void Generate_AnyPolicyBefore_FullDepthIsUnchanged()
    {
        using var generator = new Generator(Open("models/default", WeightPrecision.Int8));
        using var fresh = new Generator(Open("models/default", WeightPrecision.Int8));
        var random = new Random(6);
        var prompt = Tokens(random, generator.Config, 60);
        var expected = Generate(fresh, prompt, new FullDepthPolicy(), 12).Tokens;
        foreach (var spec in new[] { "fixed:6", "fixed:4,kv=propagate", "skip:7", "softmax:0.2", "softmax:0.2,kv=propagate", "saturation:0.8" })
        {
            var early = Generate(generator, prompt, ExitPolicies.Parse(spec, generator.Config), 12);
            // A suggestion that was accepted is the next prompt's end.
            int[] accepted = [.. prompt, .. early.Tokens];

            Assert.Equal(expected, Generate(generator, prompt, new FullDepthPolicy(), 12).Tokens);
            Generate(generator, prompt, ExitPolicies.Parse(spec, generator.Config), 12);
            Assert.Equal(
                Generate(fresh, accepted, new FullDepthPolicy(), 6).Tokens, Generate(generator, accepted, new FullDepthPolicy(), 6).Tokens);
        }
    }

    [Fact]
    public void Generate_CancelledAtAnyMomentUnderRandomDepths_NextAnswerIsRight()
    {
        using var generator = new Generator(Open("models/default", WeightPrecision.Int8));
        using var fresh = new Generator(Open("models/default", WeightPrecision.Int8));

        RandomCancellation.AssertNextAnswerIsRight(generator, fresh, new ScriptedExits(token => token % 3 * 4 + 4), new Random(7));
    }

    [Fact]
    public void Generate_PolicyStops_EndsWithWhatIsThere()
    {
        using var generator = new Generator(Open("models/default", WeightPrecision.Int8));

        var some = Generate(generator, [5, 6, 7], new ScriptedExits(token => token < 3 ? 4 : 0), 10);
        var none = Generate(generator, [5, 6, 7], new ScriptedExits(_ => 0), 10);

        Assert.Equal((GenerationEnd.Policy, 3), (some.End, some.Tokens.Count));
        Assert.Equal((GenerationEnd.Policy, 0), (none.End, none.Tokens.Count));
        Assert.True(none.FirstToken >= TimeSpan.Zero && none.Decode >= TimeSpan.Zero);
    }

    [Theory]
    [InlineData("softmax:0.4")]
    [InlineData("saturation:0.9,kv=propagate")]
    [InlineData("fixed:6")]
    [InlineData("skip:8")]
    [InlineData("speculative:4,confidence=0")]
    [InlineData("speculative:8,confidence=0.3")]
    public void Generate_EarlyExit_AllocatesNothingPerToken(string spec)
    {
        using var generator = new Generator(Open("models/default", WeightPrecision.Int8));
        var policy = ExitPolicies.Parse(spec, generator.Config);
        Generate(generator, [5, 6, 7], policy, 80);

        var allocated = AllocationObserver.Allocated(10, 70, observer =>
            generator.Generate([5, 6, 8], new GenerationOptions { MaxTokens = 80 }, policy, NoEnd, observer, CancellationToken.None));

        Assert.Equal(0, allocated);
    }

    private static GenerationResult Generate(Generator generator, IReadOnlyList<int> prompt, IExitPolicy policy, int tokens) =>
        generator.Generate([.. prompt], new GenerationOptions { MaxTokens = tokens }, policy, NoEnd, null, CancellationToken.None);

    /// <summary>The first token comes out of the prefill, and so do the looks at it: they are no part of a decode that has not begun.</summary>
    [Fact]
    public void Generate_OneToken_HasNoProbesInItsDecode()
    {
        using var generator = new Generator(Open("models/default", WeightPrecision.Int8));
        int[] prompt = [.. Tokens(new Random(3), generator.Config, 10)];

        var one = Generate(generator, [.. prompt], new ScriptedExits(Look), 1);
        var two = Generate(generator, [.. prompt], new ScriptedExits(Look), 2);

        Assert.Equal(TimeSpan.Zero, one.Probes);
        Assert.True(two.Probes > TimeSpan.Zero);

        static int Look(int step)
        {
            Thread.SpinWait(1000); // four looks that do nothing may take less than a clock shows
            return 4;
        }
    }

    private static DecoderModel Open(string folder, WeightPrecision precision) =>
        TestDevice.Open(Checkpoint.Open(RepositoryFiles.Path(folder)), precision, 512, threads: 2);

    private static int[] Tokens(Random random, ModelConfig config, int count) =>
        [.. Enumerable.Range(0, count).Select(_ => random.Next(config.VocabularySize))];
}
