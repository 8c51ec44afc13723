using CodeExit.Inference.Checkpoints;
using CodeExit.Inference.Decoding;
using CodeExit.Inference.EarlyExit;
using CodeExit.Inference.Models;
using CodeExit.Tests.Inference.Checkpoints;

namespace CodeExit.Tests.Inference.Decoding;

[Trait(TestDevice.Trait, TestDevice.Any)]
public sealed class SpeculativeDecodingTests
{
    private static readonly HashSet<int> NoEnd = [];

    private static readonly string[] Specs =
        ["speculative:4,confidence=0.3", "speculative:6,draft=3,confidence=0", "speculative:8,draft=15,confidence=0.3", "speculative:10,confidence=0"];

    /// <summary>A thousand prompts; on OpenCL's processor, which takes minutes for that, fewer.</summary>
    [Fact]
    public void Generate_GreedyOnManyPrompts_EqualsFullDepthTokenForToken()
    {
        var count = TestDevice.IsGpu ? 250 : 1000;
        using var generator = Embedded(threads: 1);
        using var full = Embedded(threads: 1);
        var policies = Specs.Select(spec => ExitPolicies.Parse(spec, generator.Config)).ToArray();
        var prompts = CodePrompts.Take(count, length: 16);
        var (drafted, accepted) = (0, 0);
        Assert.Equal(count, prompts.Length);
        for (var i = 0; i < prompts.Length; i++)
        {
            var result = Generate(generator, prompts[i], policies[i % policies.Length], 8);

            Assert.Equal(Generate(full, prompts[i], new FullDepthPolicy(), 8).Tokens, result.Tokens);
            Assert.All(result.LayersPerToken, layers => Assert.Equal(generator.Config.LayerCount, layers));
            drafted += result.Drafted;
            accepted += result.Accepted;
        }
        Assert.True(accepted > count && drafted - accepted > count, $"of {drafted} drafts {accepted} were right: one way was hardly gone");
    }

    /// <summary>The first three tokens' joint distribution (of five, so that three can be drafted), against the product of full depth's own, processed here in double precision.</summary>
    [Theory]
    [InlineData("full", 3f, 0.6f)]
    [InlineData("speculative:1,draft=1,confidence=0", 3f, 0.6f)]
    [InlineData("speculative:1,draft=2,confidence=0", 3f, 0.6f)]
    [InlineData("speculative:2,draft=2,confidence=0", 2f, 0.9f)]
    [InlineData("speculative:2,draft=3,confidence=0.4", 1.5f, 1f)]
    public void Generate_Sampled_IsDistributedAsFullDepth(string spec, float temperature, float topP)
    {
        var draws = TestDevice.IsGpu ? 6_000 : 20_000;
        int[] prompt = [5, 17, 99, 23, 64];
        using var generator = Tiny(out var model);
        var policy = ExitPolicies.Parse(spec, generator.Config);
        var counts = new Dictionary<(int, int, int), int>();
        var (drafted, accepted) = (0, 0);
        for (var seed = 0; seed < draws; seed++)
        {
            var options = new GenerationOptions { MaxTokens = 5, Temperature = temperature, TopP = topP, Seed = (ulong)seed };
            var result = generator.Generate(prompt, options, policy, NoEnd, null, CancellationToken.None);
            var key = (result.Tokens[0], result.Tokens[1], result.Tokens[2]);
            counts[key] = counts.GetValueOrDefault(key) + 1;
            drafted += result.Drafted;
            accepted += result.Accepted;
        }
        var expected = new Dictionary<(int, int, int), double>();
        var first = Nucleus(model, prompt, temperature, topP);
        foreach (var (a, pa) in first)
        {
            foreach (var (b, pb) in Nucleus(model, [.. prompt, a], temperature, topP))
            {
                foreach (var (c, pc) in Nucleus(model, [.. prompt, a, b], temperature, topP)) expected[(a, b, c)] = pa * pb * pc;
            }
        }

        Assert.Equal(1, expected.Values.Sum(), 1e-6);
        Assert.All(counts.Keys, key => Assert.Contains(key, expected));
        // Pearson's χ²; cells that expect fewer than 10 are one. Five standard deviations, and the seeds are fixed.
        var common = expected.Where(cell => cell.Value * draws >= 10).ToArray();
        var chi = common.Sum(cell => Square(counts.GetValueOrDefault(cell.Key) - cell.Value * draws) / (cell.Value * draws));
        var freedom = common.Length - 1;
        var rare = draws * (1 - common.Sum(cell => cell.Value));
        if (rare >= 10)
        {
            chi += Square(draws - common.Sum(cell => counts.GetValueOrDefault(cell.Key)) - rare) / rare;
            freedom++;
        }
        Assert.True(freedom >= 20, $"only {freedom + 1} outcomes of {expected.Count}, the likeliest {expected.Values.Max():F4}: nothing to tell apart");
        Assert.True(chi < freedom + 5 * Math.Sqrt(2 * freedom), $"χ² is {chi:F0} at {freedom} degrees of freedom");
        if (spec != "full") Assert.True(accepted > draws / 50 && drafted - accepted > draws / 50, $"of {drafted} drafts {accepted} were right");
    }

    /// <summary>Budgets, contexts, end tokens and observers that end a text anywhere: the same text, the same end, and nothing wrong is kept.</summary>
    [Fact]
    public void Generate_AwkwardLimits_EndsAsFullDepthDoesAndKeepsNothingWrong()
    {
        using var generator = Tiny(out _);
        using var fresh = Tiny(out _);
        var random = new Random(12);
        var ends = new HashSet<GenerationEnd>();
        var accepted = 0;
        List<int> prompt = [1];
        for (var round = 0; round < 600; round++)
        {
            var layer = random.Next(1, 3);
            var spec = $"speculative:{layer},draft={random.Next(1, 16)},confidence={(random.Next(2) == 0 ? "0" : "0.02")}";
            var policy = ExitPolicies.Parse(spec, generator.Config);
            var options = new GenerationOptions { MaxTokens = random.Next(1, 24) };
            var expected = fresh.Generate([.. prompt], options, new FullDepthPolicy(), NoEnd, null, CancellationToken.None).Tokens;
            var endTokens = random.Next(3) == 0 ? new HashSet<int> { expected[random.Next(expected.Count)] } : NoEnd;
            var stop = random.Next(3) == 0 ? random.Next(1, 12) : int.MaxValue;
            var (told, fullTold) = (new Recorder(stop), new Recorder(stop));
            var full = fresh.Generate([.. prompt], options, new FullDepthPolicy(), endTokens, fullTold, CancellationToken.None);

            var result = generator.Generate([.. prompt], options, policy, endTokens, told, CancellationToken.None);

            Assert.Equal(full.Tokens, result.Tokens);
            Assert.Equal(full.End, result.End);
            Assert.Equal(fullTold.Tokens, told.Tokens);
            Assert.All(result.LayersPerToken, layers => Assert.Equal(3, layers));
            Assert.True(result.Accepted <= result.Drafted && result.Accepted <= result.Tokens.Count);
            ends.Add(result.End);
            accepted += result.Accepted;
            // The next prompt builds on what was said, right after it or further back, and goes on as nothing said.
            prompt.AddRange(result.Tokens);
            if (random.Next(2) == 0) prompt.RemoveRange(1, random.Next(prompt.Count));
            prompt.AddRange(Enumerable.Range(0, random.Next(3)).Select(_ => random.Next(131)));
            if (prompt.Count > generator.ContextLength) prompt.RemoveRange(random.Next(1, 20), prompt.Count - 20);
        }
        Assert.Equal(
            [GenerationEnd.EndOfText, GenerationEnd.Observer, GenerationEnd.Budget, GenerationEnd.ContextFull], ends.Order());
        Assert.True(accepted > 200, $"only {accepted} drafts were accepted");
    }

    [Fact]
    public void Generate_AfterSpeculation_ReusesWhatAFreshRunComputes()
    {
        using var generator = Embedded();
        using var fresh = Embedded();
        var random = new Random(8);
        for (var round = 0; round < 20; round++)
        {
            int[] prompt = [.. Enumerable.Range(0, 30).Select(_ => random.Next(generator.Config.VocabularySize))];
            var observer = new Recorder(random.Next(1, 20));
            var speculative = ExitPolicies.Parse("speculative:8,confidence=0", generator.Config);
            generator.Generate(prompt, new GenerationOptions { MaxTokens = 20 }, speculative, NoEnd, observer, CancellationToken.None);
            int[] next = [.. prompt, .. observer.Tokens, random.Next(generator.Config.VocabularySize)];
            // Sampling at temperature 1 shows a difference in any logit; greedy would hide most.
            var options = new GenerationOptions { MaxTokens = 8, Temperature = 1, Seed = (ulong)round };

            var actual = generator.Generate(next, options, new FullDepthPolicy(), NoEnd, null, CancellationToken.None);

            Assert.True(actual.PromptTokensReused >= next.Length - 2, $"{actual.PromptTokensReused} of {next.Length} were kept");
            Assert.Equal(fresh.Generate(next, options, new FullDepthPolicy(), NoEnd, null, CancellationToken.None).Tokens, actual.Tokens);
        }
    }

    [Fact]
    public void Generate_CancelledAtAnyMoment_NextAnswerIsRight()
    {
        using var generator = Embedded();
        using var fresh = Embedded();
        var policy = ExitPolicies.Parse("speculative:8,confidence=0", generator.Config);
        var random = new Random(9);
        var whileDecoding = 0;
        for (var round = 0; round < 60; round++)
        {
            int[] prompt = [.. Enumerable.Range(0, random.Next(2, 30)).Select(_ => random.Next(generator.Config.VocabularySize))];
            using var source = new CancellationTokenSource();
            var (after, delay) = (random.Next(1, 12), random.Next(30_000));
            using var begun = new ManualResetEventSlim();
            var canceller = new Thread(() =>
            {
                begun.Wait();
                Thread.SpinWait(delay);
                source.Cancel();
            });
            canceller.Start();
            var observer = new Recorder(int.MaxValue, count => { if (count == after) begun.Set(); });
            try
            {
                generator.Generate(prompt, new GenerationOptions { MaxTokens = 400 }, policy, NoEnd, observer, source.Token);
            }
            catch (OperationCanceledException)
            {
                whileDecoding++;
            }
            canceller.Join();
            int[] next = [.. prompt, .. observer.Tokens];
            next = next[..random.Next(1, next.Length + 1)];
            var options = new GenerationOptions { MaxTokens = 6, Temperature = 1, Seed = (ulong)round };

            Assert.Equal(
                fresh.Generate(next, options, new FullDepthPolicy(), NoEnd, null, CancellationToken.None).Tokens,
                generator.Generate(next, options, new FullDepthPolicy(), NoEnd, null, CancellationToken.None).Tokens);
        }
        Assert.True(whileDecoding > 10, $"only {whileDecoding} rounds were cancelled in time: the test shows nothing");
    }

    private static GenerationResult Generate(Generator generator, int[] prompt, IExitPolicy policy, int tokens) =>
        generator.Generate(prompt, new GenerationOptions { MaxTokens = tokens }, policy, NoEnd, null, CancellationToken.None);

    private static Generator Embedded(int threads = 2) =>
        new(TestDevice.Open(Checkpoint.Open(RepositoryFiles.Path("models", "default")), WeightPrecision.Int8, 512, threads));

    /// <summary>Three layers, 131 tokens, random weights; every layer an exit.</summary>
    private static Generator Tiny(out DecoderModel model)
    {
        using var folder = TemporaryFolder.CopyOf("llama-base");
        folder.Write("exits.json", """{"exit_layers": [1, 2, 3]}""");
        model = TestDevice.Open(Checkpoint.Open(folder.Path), WeightPrecision.F32, 64, threads: 1);
        return new Generator(model);
    }

    /// <summary>Full depth's distribution of the next token: temperature, then the least set of likeliest tokens that reaches top-p.</summary>
    private static Dictionary<int, double> Nucleus(DecoderModel model, int[] tokens, double temperature, double topP)
    {
        var logits = LayerInspector.Read(model, tokens, CancellationToken.None)[^1];
        var weights = logits.Select(logit => Math.Exp((logit - logits.Max()) / temperature)).ToArray();
        var sum = weights.Sum();
        var (kept, mass) = (new Dictionary<int, double>(), 0d);
        foreach (var token in Enumerable.Range(0, weights.Length).OrderByDescending(token => weights[token]))
        {
            if (mass >= topP) break;
            mass += kept[token] = weights[token] / sum;
        }
        return kept.ToDictionary(each => each.Key, each => each.Value / mass);
    }

    private static double Square(double value) => value * value;

    /// <summary>Ends the text after so many tokens.</summary>
    private sealed class Recorder(int stopAfter, Action<int>? told = null) : ITokenObserver
    {
        public List<int> Tokens { get; } = [];

        public bool OnToken(int token)
        {
            Tokens.Add(token);
            told?.Invoke(Tokens.Count);
            return Tokens.Count < stopAfter;
        }
    }
}
