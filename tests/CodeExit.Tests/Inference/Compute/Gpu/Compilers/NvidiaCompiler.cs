using System.Collections.Concurrent;
using System.Text.RegularExpressions;

namespace CodeExit.Tests.Inference.Compute.Gpu.Compilers;

/// <summary>LLVM makes PTX, and NVIDIA's own assembler and disassembler show what a card would run.</summary>
internal sealed class NvidiaCompiler : CardCompiler
{
    private const string Library = "/usr/lib/clc/nvptx64--nvidiacl.bc";

    /// <summary>PTX of a source with its options: that of an old card, from which the assembler makes any later one's code, as a driver does.</summary>
    private static readonly ConcurrentDictionary<(string Source, string Options), string> Ptx = new();

    public override string? WhyNone => WhyNot("clang-15", Library) ?? WhyNot("ptxas") ?? WhyNot("nvdisasm");

    /// <summary>How many loads from the card's memory are on their way at most before something is made of one of them, by kernel.</summary>
    /// <exception cref="InvalidOperationException">It does not compile; the message has the compiler's own.</exception>
    public static IReadOnlyDictionary<string, int> LoadsTogether(string source, string options, string target) => In(source, folder =>
    {
        Assemble(folder, options, target);
        var code = Run(folder, "nvdisasm", "-c", "kernels.cubin").Out;
        return Regex.Split(code, @"^\.text\.", RegexOptions.Multiline).Skip(1).ToDictionary(
            kernel => Regex.Match(kernel, @"^\w+").Value,
            kernel => Regex.Split(kernel, @"\s(?:FFMA|FMUL|FADD|I2F\w*)\b").Max(between => Regex.Count(between, @"\sLDG\b")));
    });

    protected override IReadOnlyDictionary<string, int> Ask(string folder, string options, string target) =>
        ByKernel(Assemble(folder, options, target), "Compiling entry function '", @"(\d+) bytes stack frame");

    /// <returns>What the assembler says of its work.</returns>
    private static string Assemble(string folder, string options, string target)
    {
        var source = File.ReadAllText(Path.Combine(folder, "kernels.cl"));
        File.WriteAllText(Path.Combine(folder, "kernels.ptx"), Ptx.GetOrAdd((source, options), _ => PtxOf(folder, options)));
        return Run(folder, "ptxas", $"-arch={target}", "-v", "kernels.ptx", "-o", "kernels.cubin").Error;
    }

    private static string PtxOf(string folder, string options)
    {
        var assembly = Assembly(
            folder, options, "-target", "nvptx64--nvidiacl", "-Xclang", "-target-cpu", "-Xclang", "sm_60", "-Xclang", "-mlink-builtin-bitcode", "-Xclang", Library);
        return !assembly.Contains("call.uni", StringComparison.Ordinal)
            ? assembly
            : throw new InvalidOperationException("a function is called: its arguments go through memory");
    }
}
