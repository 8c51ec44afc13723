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

    /// <summary>Vega 20 (64 lanes side by side) and RDNA 2 (32).</summary>
    [CardCompilerTheory("amd")]
    [InlineData("gfx906")]
    [InlineData("gfx1030")]
    public void Compile_ForAmd_KeepsAllInRegisters(string target) => AssertFits(CardCompiler.Amd, target);

    /// <summary>Ampere.</summary>
    [CardCompilerTheory("nvidia")]
    [InlineData("sm_80")]
    public void Compile_ToPtx_KeepsAllInRegisters(string target) => AssertFits(CardCompiler.Nvidia, target);

    /// <summary>Arc. Products of several rows keep arrays in memory there (docs/gpu.md): they compile, and that is all.</summary>
    [CardCompilerTheory("intel")]
    [InlineData("dg2-g10")]
    public void Compile_ForIntel_KeepsWhatDecodesInRegisters(string target) =>
        AssertFits(CardCompiler.Intel, target, mayUseMemory: options => Regex.IsMatch(options, "-DROWS=(4|8|64) "));

    [CardCompilerTheory("amd")]
    [InlineData("gfx906")]
    [InlineData("gfx1030")]
    public void Spills_KernelThatDoesNotFit_AreSeenForAmd(string target) => AssertSees(CardCompiler.Amd, target);

    [CardCompilerTheory("nvidia")]
    [InlineData("sm_80")]
    public void Spills_KernelThatDoesNotFit_AreSeenInPtx(string target) => AssertSees(CardCompiler.Nvidia, target);

    [CardCompilerTheory("intel")]
    [InlineData("dg2-g10")]
    public void Spills_KernelThatDoesNotFit_AreSeenForIntel(string target) => AssertSees(CardCompiler.Intel, target);

    private static void AssertFits(CardCompiler compiler, string target, Func<string, bool>? mayUseMemory = null)
    {
        Assert.True(Programs.Value.Count > 30);
        var found = Programs.Value.AsParallel().SelectMany(program =>
        {
            try
            {
                var spills = compiler.Spills(program.Source, program.Options, target);
                if (spills.Count == 0) return [$"{program.Options}: no kernel"];
                if (mayUseMemory?.Invoke(program.Options) == true) return [];
                return spills.Where(kernel => kernel.Value > 0).Select(kernel => $"{program.Options}: {kernel.Key} keeps {kernel.Value} bytes in memory").ToArray();
            }
            catch (InvalidOperationException refused)
            {
                return [$"{program.Options}: {refused.Message}"];
            }
        }).ToArray();
        Assert.True(found.Length == 0, string.Join('\n', found));
    }

    /// <summary>A kilobyte of each lane, indexed by what only the run knows.</summary>
    private static void AssertSees(CardCompiler compiler, string target)
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

        var spills = compiler.Spills(source, "-cl-std=CL1.2", target);

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
        _ = runtime.Build(GpuKernels.Source("machine"), "-cl-std=CL1.2");
        return [.. runtime.Programs.Distinct()];
    }
}
