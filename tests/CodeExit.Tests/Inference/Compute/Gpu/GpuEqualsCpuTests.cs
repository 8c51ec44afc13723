using CodeExit.Inference.Checkpoints;
using CodeExit.Inference.Compute.Cpu;
using CodeExit.Inference.Compute.Gpu;
using CodeExit.Inference.Decoding;
using CodeExit.Inference.EarlyExit;
using CodeExit.Inference.Models;
using Xunit.Abstractions;

namespace CodeExit.Tests.Inference.Compute.Gpu;

/// <summary>The embedded model in BF16, on the device and on the processor, after code of this repository.</summary>
[Trait(TestDevice.Trait, TestDevice.Any)]
public sealed class GpuEqualsCpuTests(ITestOutputHelper output)
{
    private const int Context = 256, PromptTokens = 32, NewTokens = 8;

    // On logits of up to some tens: F32 sums in another order through 12 layers, and exit heads whose inputs differ by as much.
    private const float Tolerance = 1e-3f;

    private static readonly string Folder = RepositoryFiles.Path("models", "default");

    /// <summary>
    /// Where tokens differ, the two were a tie: on the processor the one that the device took is within the tolerance of the largest.
    /// A thousand prompts where the engine's tests run on the GPU, a hundred elsewhere: PoCL takes minutes.
    /// </summary>
    [GpuFact]
    public void Generate_GreedyOnManyPrompts_IsTheProcessorsOutputButForTies()
    {
        using var gpu = new Generator(OpenGpu());
        using var cpu = new Generator(OpenCpu());
        var prompts = CodePrompts.Take(TestDevice.IsGpu ? 1000 : 100, PromptTokens);
        var ties = 0;
        foreach (var prompt in prompts)
        {
            var (expected, actual) = (Generate(cpu, prompt, "full"), Generate(gpu, prompt, "full"));
            var same = expected.Tokens.Zip(actual.Tokens).TakeWhile(pair => pair.First == pair.Second).Count();
            if (same == expected.Tokens.Count && same == actual.Tokens.Count) continue;
            using var model = OpenCpu();
            var logits = LayerInspector.Read(model, [.. prompt, .. expected.Tokens.Take(same)], CancellationToken.None)[^1];
            Assert.InRange(logits[actual.Tokens[same]], logits.Max() - Tolerance, logits.Max());
            ties++;
        }
        output.WriteLine($"{prompts.Length} prompts, {ties} of them with a tie");
    }

    /// <summary>Policies look at states and logits of exits, and leave layers to propagation or back-fill.</summary>
    [GpuTheory]
    [InlineData("fixed:6")]
    [InlineData("skip:8")]
    [InlineData("price:0.03,kv=propagate")]
    [InlineData("price:0.03")]
    [InlineData("speculative")]
    public void Generate_UnderAPolicy_IsTheProcessorsOutput(string policy)
    {
        using var gpu = new Generator(OpenGpu());
        using var cpu = new Generator(OpenCpu());
        foreach (var prompt in CodePrompts.Take(4, PromptTokens))
        {
            var (expected, actual) = (Generate(cpu, prompt, policy), Generate(gpu, prompt, policy));

            Assert.Equal(expected.Tokens, actual.Tokens);
            Assert.Equal(expected.LayersPerToken, actual.LayersPerToken);
        }
    }

    [GpuFact]
    public void ReadOut_EveryExit_EqualsTheProcessors()
    {
        using var gpu = OpenGpu();
        using var cpu = OpenCpu();
        var prompt = CodePrompts.Take(1, PromptTokens)[0];
        var (expected, actual) = (LayerInspector.Read(cpu, prompt, CancellationToken.None), LayerInspector.Read(gpu, prompt, CancellationToken.None));

        Assert.Equal(expected.Count, actual.Count);
        for (var layer = 0; layer < expected.Count; layer++)
        {
            for (var i = 0; i < expected[layer].Length; i++) Assert.Equal(expected[layer][i], actual[layer][i], Tolerance);
        }
    }

    private static GenerationResult Generate(Generator generator, int[] prompt, string policy) => generator.Generate(
        prompt, new GenerationOptions { MaxTokens = NewTokens }, ExitPolicies.Parse(policy, generator.Config), new HashSet<int>(), null, CancellationToken.None);

    private static GpuDecoderModel OpenGpu() => new(Checkpoint.Open(Folder), WeightPrecision.BF16, Context, TestGpu.Device);

    private static CpuDecoderModel OpenCpu() => new(Checkpoint.Open(Folder), WeightPrecision.BF16, Context, threads: 1);
}
