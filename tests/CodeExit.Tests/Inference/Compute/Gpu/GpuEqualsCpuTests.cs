using CodeExit.Inference.Checkpoints;
using CodeExit.Inference.Compute.Cpu;
using CodeExit.Inference.Compute.Gpu;
using CodeExit.Inference.Decoding;
using CodeExit.Inference.EarlyExit;
using CodeExit.Inference.Models;
using Xunit.Abstractions;

namespace CodeExit.Tests.Inference.Compute.Gpu;

/// <summary>The embedded model, on the device and on the processor, after code of this repository.</summary>
[Trait(TestDevice.Trait, TestDevice.Any)]
public sealed class GpuEqualsCpuTests(ITestOutputHelper output)
{
    private const int Context = 256, PromptTokens = 32, NewTokens = 8;

    // On logits of up to some tens: F32 sums in another order through 12 layers, and exit heads whose inputs differ by as much.
    private const float Tolerance = 1e-3f;

    // The processor rounds activations to 16 bits besides, by 1 part in 65,534 of their group's largest, at each of 48 products: 2e-3 on logits
    // up to 40, at any exit of these prompts.
    private const float Int8Tolerance = 4e-3f;

    private static readonly string Folder = RepositoryFiles.Path("models", "default");

    /// <summary>
    /// Where tokens differ, the two were a tie: on the processor the one that the device took is within the tolerance of the largest.
    /// A thousand prompts in int8, the default, where the engine's tests run on the GPU; else a hundred: PoCL takes minutes for more.
    /// </summary>
    [GpuTheory]
    [InlineData(WeightPrecision.BF16, Tolerance)]
    [InlineData(WeightPrecision.Int8, Int8Tolerance)]
    public void Generate_GreedyOnManyPrompts_IsTheProcessorsOutputButForTies(WeightPrecision precision, float tolerance)
    {
        using var gpu = new Generator(OpenGpu(precision));
        using var cpu = new Generator(OpenCpu(precision));
        var prompts = CodePrompts.Take(TestDevice.IsGpu && precision == WeightPrecision.Int8 ? 1000 : 100, PromptTokens);
        var ties = 0;
        foreach (var prompt in prompts)
        {
            var (expected, actual) = (Generate(cpu, prompt, "full"), Generate(gpu, prompt, "full"));
            var same = expected.Tokens.Zip(actual.Tokens).TakeWhile(pair => pair.First == pair.Second).Count();
            if (same == expected.Tokens.Count && same == actual.Tokens.Count) continue;
            using var model = OpenCpu(precision);
            var logits = LayerInspector.Read(model, [.. prompt, .. expected.Tokens.Take(same)], CancellationToken.None)[^1];
            Assert.InRange(logits[actual.Tokens[same]], logits.Max() - tolerance, logits.Max());
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

    [GpuTheory]
    [InlineData(WeightPrecision.BF16, Tolerance)]
    [InlineData(WeightPrecision.Int8, Int8Tolerance)]
    public void ReadOut_EveryExit_EqualsTheProcessors(WeightPrecision precision, float tolerance)
    {
        using var gpu = OpenGpu(precision);
        using var cpu = OpenCpu(precision);
        var prompt = CodePrompts.Take(1, PromptTokens)[0];
        var (expected, actual) = (LayerInspector.Read(cpu, prompt, CancellationToken.None), LayerInspector.Read(gpu, prompt, CancellationToken.None));

        Assert.Equal(expected.Count, actual.Count);
        for (var layer = 0; layer < expected.Count; layer++)
        {
            for (var i = 0; i < expected[layer].Length; i++) Assert.Equal(expected[layer][i], actual[layer][i], tolerance);
        }
    }

    private static GenerationResult Generate(Generator generator, int[] prompt, string policy) => generator.Generate(
        prompt, new GenerationOptions { MaxTokens = NewTokens }, ExitPolicies.Parse(policy, generator.Config), new HashSet<int>(), null, CancellationToken.None);

    private static GpuDecoderModel OpenGpu(WeightPrecision precision = WeightPrecision.BF16) => new(Checkpoint.Open(Folder), precision, Context, TestGpu.Device);

    private static CpuDecoderModel OpenCpu(WeightPrecision precision = WeightPrecision.BF16) => new(Checkpoint.Open(Folder), precision, Context, threads: 1);
}
