using CodeExit.Inference.Checkpoints;
using CodeExit.Inference.Compute.Cpu;
using CodeExit.Inference.Compute.Gpu;
using CodeExit.Inference.Decoding;
using CodeExit.Inference.EarlyExit;
using CodeExit.Inference.Models;
using CodeExit.Inference.Tokenization;
using CodeExit.Tests.Inference.Decoding;

namespace CodeExit.Tests.Inference.Compute.Gpu;

/// <summary>What decoding on the device asks of the bus, and that the answers are the processor's. The embedded model, BF16.</summary>
public sealed class GpuTrafficTests
{
    private const int Context = 256, NewTokens = 12;

    /// <summary>Bytes of an answer: a token drawn; a probe's number; a row's largest and how sure it is.</summary>
    private const int Token = 4, Number = 4, Row = 16;

    private static readonly string Folder = RepositoryFiles.Path("models", "default");
    private static readonly int[] Prompt = [.. Enumerable.Range(1, 30).Select(i => i * 37 % 900 + 100)];

    [GpuFact]
    public void Generate_GreedyFullDepth_CopiesSixteenBytesATokenInFourLaunchesBesideTheLayers()
    {
        using var model = OpenGpu();
        using var generator = new Generator(model);
        Generate(generator, new GenerationOptions { MaxTokens = NewTokens }, "full", null);
        var observer = new Traffic(model);
        var inLayers = LaunchesOfLayers(model);

        Generate(generator, new GenerationOptions { MaxTokens = NewTokens }, "full", observer);

        Assert.All(observer.Bytes, bytes => Assert.Equal(Row, bytes));
        // Embedding, head with its norm, two for the row.
        Assert.All(observer.Launches, launches => Assert.Equal(1 + inLayers + 1 + 2, launches));
    }

    [GpuTheory]
    [InlineData(1f)]
    [InlineData(0.9f)]
    public void Generate_Sampled_CopiesFourBytesAToken(float topP)
    {
        using var model = OpenGpu();
        using var generator = new Generator(model);
        var options = new GenerationOptions { MaxTokens = NewTokens, Temperature = 0.8f, TopP = topP, Seed = 4 };
        Generate(generator, options, "full", null);
        var observer = new Traffic(model);
        var inLayers = LaunchesOfLayers(model);

        Generate(generator, options, "full", observer);

        Assert.All(observer.Bytes, bytes => Assert.Equal(Token, bytes));
        // Embedding, head, pieces, nucleus, distribution, draw.
        Assert.All(observer.Launches, launches => Assert.Equal(1 + inLayers + 1 + 4, launches));
    }

    /// <summary>Under a policy: what probes answered, and 16 bytes for each row that was read out, whatever was asked of it.</summary>
    [GpuTheory]
    [InlineData("price:0.03")]
    [InlineData("price:0.03,stop=0.99")]
    [InlineData("saturation:0.9")]
    [InlineData("softmax:0.5")]
    [InlineData("speculative")]
    [InlineData("speculative:6,confidence=0")]
    public void Generate_UnderAPolicy_CopiesAnswersOnly(string policy)
    {
        using var model = OpenGpu();
        var counter = new CountingDecoder(model);
        using var generator = new Generator(counter);
        var options = new GenerationOptions { MaxTokens = NewTokens };
        Generate(generator, options, policy, null); // uploads the probes, and the price
        var (bytes, rows, answers) = (model.BytesCopied, counter.RowsReadOut, counter.Answers);

        var result = Generate(generator, options, policy, null);

        (rows, answers) = (counter.RowsReadOut - rows, counter.Answers - answers);
        Assert.Equal(NewTokens, result.Tokens.Count);
        // Of the prompt one token runs, as the rest is in the cache: its id is an argument of a kernel, as every later one's.
        Assert.Equal(Row * rows + Number * answers, model.BytesCopied - bytes);
    }

    /// <summary>A draft: how sure the exit is and a draw; then a verdict for each, or a draw behind the last.</summary>
    [GpuFact]
    public void Generate_SpeculativeSampled_CopiesTokensOnly()
    {
        using var model = OpenGpu();
        var counter = new CountingDecoder(model);
        using var generator = new Generator(counter);
        var options = new GenerationOptions { MaxTokens = NewTokens, Temperature = 1, TopP = 0.9f, Seed = 9 };
        Generate(generator, options, "speculative:6,confidence=0", null);
        var (bytes, rows) = (model.BytesCopied, counter.RowsReadOut);

        Generate(generator, options, "speculative:6,confidence=0", null);

        Assert.InRange(model.BytesCopied - bytes, Token * NewTokens, Token * (counter.RowsReadOut - rows));
        Assert.Equal(0, (model.BytesCopied - bytes) % Token);
    }

    [GpuTheory]
    [InlineData("full", 0f)]
    [InlineData("full", 0.8f)]
    [InlineData("price:0.03", 0f)]
    [InlineData("saturation:0.9", 0f)]
    [InlineData("speculative:6,confidence=0.3", 0f)]
    [InlineData("speculative:6,confidence=0.3", 1f)]
    public void Generate_AfterWarmUp_AllocatesNothingPerToken(string spec, float temperature)
    {
        using var generator = new Generator(OpenGpu());
        var policy = ExitPolicies.Parse(spec, generator.Config);
        var options = new GenerationOptions { MaxTokens = 30, Temperature = temperature, TopP = 0.9f };
        generator.Generate(Prompt, options, policy, new HashSet<int>(), null, CancellationToken.None);

        var allocated = AllocationObserver.Allocated(5, 25, observer =>
            generator.Generate([.. Prompt, 7], options, policy, new HashSet<int>(), observer, CancellationToken.None));

        Assert.Equal(0, allocated);
    }

    /// <summary>Policies that ask what the others do not: each token and its depth.</summary>
    [GpuTheory]
    [InlineData("saturation:0.9")]
    [InlineData("softmax:0.5,decay=4")]
    [InlineData("sequence:0.5")]
    [InlineData("price:0.05,stop=0.6")]
    public void Generate_UnderAPolicy_IsTheProcessorsOutput(string policy)
    {
        using var gpu = new Generator(OpenGpu());
        using var cpu = new Generator(OpenCpu());
        foreach (var prompt in Prompts(3))
        {
            var options = new GenerationOptions { MaxTokens = 8 };
            var (expected, actual) = (Generate(cpu, options, policy, null, prompt), Generate(gpu, options, policy, null, prompt));

            Assert.Equal(expected.Tokens, actual.Tokens);
            Assert.Equal(expected.LayersPerToken, actual.LayersPerToken);
            Assert.Equal(expected.End, actual.End);
        }
    }

    /// <summary>
    /// The same random numbers give the same tokens, but where one falls within rounding of the border between two: logits differ by some
    /// 1e-5, borders move by as much, and of 160 tokens hardly one is hit. So one generation in twenty may differ.
    /// </summary>
    [GpuTheory]
    [InlineData("full")]
    [InlineData("speculative:6,confidence=0")]
    public void Generate_Sampled_IsTheProcessorsOutput(string policy)
    {
        using var gpu = new Generator(OpenGpu());
        using var cpu = new Generator(OpenCpu());
        var prompts = Prompts(5);
        var different = 0;
        for (var i = 0; i < 20; i++)
        {
            var options = new GenerationOptions { MaxTokens = 8, Temperature = 0.5f + i % 3, TopP = i % 2 == 0 ? 1 : 0.9f, Seed = (ulong)i };
            var (expected, actual) = (Generate(cpu, options, policy, null, prompts[i % 5]), Generate(gpu, options, policy, null, prompts[i % 5]));
            if (!expected.Tokens.SequenceEqual(actual.Tokens)) different++;
        }
        Assert.InRange(different, 0, 1);
    }

    private static GenerationResult Generate(
        Generator generator, GenerationOptions options, string policy, ITokenObserver? observer, int[]? prompt = null) => generator.Generate(
        prompt ?? Prompt, options, ExitPolicies.Parse(policy, generator.Config), new HashSet<int>(), observer, CancellationToken.None);

    private static GpuDecoderModel OpenGpu() => new(Checkpoint.Open(Folder), WeightPrecision.BF16, Context, TestGpu.Device);

    private static CpuDecoderModel OpenCpu() => new(Checkpoint.Open(Folder), WeightPrecision.BF16, Context, threads: 1);

    /// <summary>Launches that one token takes in the layers.</summary>
    private static long LaunchesOfLayers(GpuDecoderModel model)
    {
        using var cache = model.CreateCache();
        using var states = model.CreateStates(1);
        model.Embed([1], 0, states);
        var before = model.Launches;
        model.RunLayers(0, model.Config.LayerCount, states, cache, CancellationToken.None);
        return model.Launches - before;
    }

    private static int[][] Prompts(int count)
    {
        var tokens = new List<int>();
        BytePairTokenizer.Load(Folder).Encode(
            File.ReadAllText(RepositoryFiles.Path("models", "pretraining", "training", "model.py")), CodeExit.Inference.Tokenization.SpecialTokens.AsText, tokens);
        return [.. Enumerable.Range(0, count).Select(i => tokens.Skip(60 * i).Take(32).ToArray())];
    }

    /// <summary>Bytes and launches from one token to the next.</summary>
    private sealed class Traffic(GpuDecoderModel model) : ITokenObserver
    {
        private long _bytes = -1, _launches;

        public List<long> Bytes { get; } = [];

        public List<long> Launches { get; } = [];

        public bool OnToken(int token)
        {
            if (_bytes >= 0)
            {
                Bytes.Add(model.BytesCopied - _bytes);
                Launches.Add(model.Launches - _launches);
            }
            (_bytes, _launches) = (model.BytesCopied, model.Launches);
            return true;
        }
    }
}
