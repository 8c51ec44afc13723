using System.Text.RegularExpressions;
using CodeExit.Inference.Compute;
using CodeExit.Inference.Compute.Gpu;
using CodeExit.Inference.Compute.Gpu.OpenCl;
using CodeExit.Inference.Models;

namespace CodeExit.Tests.Inference.Compute.Gpu.Compilers;

/// <summary>
/// Every kernel, in every variant, through the compilers of cards that are not here: it compiles, and a lane's numbers fit into its registers.
/// </summary>
public sealed class CardCompilerTests
{
    private const int KiB = 1 << 10;

    private static readonly Lazy<IReadOnlyList<(string Source, string Options)>> Programs = new(AllPrograms);

    /// <summary>
    /// Vega 20 (64 lanes side by side) and RDNA 2 (32), Turing and Hopper, Arc. On Arc products of several rows keep arrays in memory, and attention of 8
    /// queries a few numbers (docs/gpu.md): they compile, and that is all.
    /// </summary>
    [Theory]
    [Card("amd", "gfx906")]
    [Card("amd", "gfx1030")]
    [Card("nvidia", "sm_75")]
    [Card("nvidia", "sm_90")]
    [Card("intel", "dg2-g10")]
    public void Compile_ForACard_KeepsAllInRegisters(string vendor, string target)
    {
        Assert.True(Programs.Value.Count > 30);
        var compiler = CardCompiler.Of(vendor);
        var found = Programs.Value.AsParallel().SelectMany(program =>
        {
            try
            {
                var spills = compiler.Spills(program.Source, program.Options, target);
                if (spills.Count == 0) return [$"{program.Options}: no kernel"];
                if (vendor == "intel" && Regex.IsMatch(program.Options, "-DROWS=(4|8|64) |-DQUERIES=8$")) return [];
                return spills.Where(kernel => kernel.Value > 0).Select(kernel => $"{program.Options}: {kernel.Key} keeps {kernel.Value} bytes in memory").ToArray();
            }
            catch (InvalidOperationException refused)
            {
                return [$"{program.Options}: {refused.Message}"];
            }
        }).ToArray();
        Assert.True(found.Length == 0, string.Join('\n', found));
    }

    /// <summary>What a token waits for is memory: a lane asks for all of a stage's weights, or a bite of keys and one of values, before it waits.</summary>
    [Theory]
    [Card("nvidia", "sm_75")]
    [Card("nvidia", "sm_90")]
    public void LoadsTogether_KernelsOfAToken_AreAWholeStage(string vendor, string target)
    {
        var kernels = Programs.Value.AsParallel().Where(program => Regex.IsMatch(program.Options, "-DROWS=1 |-DQUERIES=")).SelectMany(program =>
        {
            var least = program.Options.Contains("-DWEIGHTS_INT8", StringComparison.Ordinal) ? 8 : program.Options.Contains("-DHEAD_DIM=20 ", StringComparison.Ordinal) ? 13 : 16;
            return NvidiaCompiler.LoadsTogether(program.Source, program.Options, target).Select(kernel => (Name: $"{program.Options}: {kernel.Key}", Loads: kernel.Value, Least: least));
        }).ToArray();

        Assert.True(kernels.Length > 30);
        Assert.All(kernels, kernel => Assert.True(kernel.Loads >= kernel.Least, $"{kernel.Name} has {kernel.Loads} loads on their way on {vendor} {target}, not {kernel.Least}"));
    }

    [Theory]
    [Card("nvidia", "sm_75")]
    [Card("nvidia", "sm_90")]
    public void LoadsTogether_EachWhereTheOneBeforeSays_IsOne(string vendor, string target)
    {
        const string source = """
            kernel void each(global const float *x, global float *y)
            {
                float at = 0;
                for (int i = 0; i < 4; i++) at = fma(x[(int)at], 2.0f, 1.0f);
                y[get_global_id(0)] = at;
            }
            """;

        var loads = NvidiaCompiler.LoadsTogether(source, "", target)["each"];

        Assert.True(loads == 1, $"{loads} on {vendor} {target}");
    }

    /// <summary>4 KiB of each lane, indexed by what only the run knows.</summary>
    [Theory]
    [Card("amd", "gfx906")]
    [Card("amd", "gfx1030")]
    [Card("nvidia", "sm_75")]
    [Card("nvidia", "sm_90")]
    [Card("intel", "dg2-g10")]
    public void Spills_KernelThatDoesNotFit_AreSeen(string vendor, string target)
    {
        const string source = """
            kernel void spill(global const int *at, global float *y)
            {
                float own[1024];
                for (int i = 0; i < 1024; i++) own[i] = y[i * get_global_size(0)] * i;
                for (int i = 0; i < 4096; i++) own[at[i] & 1023] += own[at[i + 1] & 1023];
                for (int i = 0; i < 1024; i++) y[get_global_id(0) * 1024 + i] = own[i];
            }
            """;

        var spills = CardCompiler.Of(vendor).Spills(source, "-cl-std=CL1.2", target);

        Assert.Equal(["spill"], spills.Keys);
        Assert.InRange(spills["spill"], 4 * KiB, int.MaxValue);
    }

    /// <summary>What models of all kinds compile, on a device that takes the widest variants.</summary>
    private static IReadOnlyList<(string Source, string Options)> AllPrograms()
    {
        var runtime = GpuRuntime.OnPaper(new GpuDevice("paper", "", "", "", GpuDeviceKind.Gpu, 1L << 40, 1L << 40, null, null) { LocalMemoryBytes = 64 * KiB });
        foreach (var precision in Enum.GetValues<WeightPrecision>())
        {
            foreach (var norm in Enum.GetValues<NormKind>()) _ = new GpuKernels(runtime, precision, norm);
        }
        foreach (var headDim in new[] { 20, 64, 80, 96, 128, 256 })
        {
            _ = new GpuAttention(runtime, 32, 2, headDim, 4096); // few queries of a reading, and many
            _ = new GpuAttention(runtime, 8, 1, headDim, 4096);
        }
        _ = new LogitsKernels(runtime);
        _ = new StateKernels(runtime, 896);
        _ = runtime.Build(GpuKernels.Source("machine"), "");
        return [.. runtime.Programs.Distinct()];
    }
}
