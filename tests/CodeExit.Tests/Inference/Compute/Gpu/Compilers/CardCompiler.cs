using System.Diagnostics;
using System.Reflection;
using System.Text.RegularExpressions;
using Xunit.Sdk;

namespace CodeExit.Tests.Inference.Compute.Gpu.Compilers;

/// <summary>
/// A compiler for cards, which needs none to compile: what a driver would make of the kernels can be seen on any machine. How many bytes of a
/// lane it keeps in memory because its registers did not do, or because an array is indexed by what only the run knows.
/// </summary>
internal abstract class CardCompiler
{
    /// <summary>
    /// AMD's, of ROCm; LLVM's for PTX with NVIDIA's own assembler behind it, which assigns the registers (what makes PTX of OpenCL C comes with
    /// NVIDIA's driver only); Intel's own.
    /// </summary>
    /// <param name="vendor">amd, nvidia or intel.</param>
    public static CardCompiler Of(string vendor) => vendor switch
    {
        "amd" => new AmdCompiler(),
        "nvidia" => new NvidiaCompiler(),
        "intel" => new OclocCompiler(),
        _ => throw new ArgumentOutOfRangeException(nameof(vendor), vendor, "not amd, nvidia or intel"),
    };

    /// <summary>Why it cannot be asked here; null where it can.</summary>
    public abstract string? WhyNone { get; }

    /// <summary>Bytes of a lane in memory, by kernel.</summary>
    /// <exception cref="InvalidOperationException">It does not compile; the message has the compiler's own.</exception>
    public IReadOnlyDictionary<string, int> Spills(string source, string options, string target) => In(source, folder => Ask(folder, options, target));

    /// <summary>In a folder for a while, with the source in it as kernels.cl.</summary>
    protected static T In<T>(string source, Func<string, T> ask)
    {
        var folder = Directory.CreateTempSubdirectory("card-compiler-");
        try
        {
            File.WriteAllText(Path.Combine(folder.FullName, "kernels.cl"), source);
            return ask(folder.FullName);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    protected abstract IReadOnlyDictionary<string, int> Ask(string folder, string options, string target);

    protected static string? WhyNot(string program, string? file = null) =>
        !Environment.GetEnvironmentVariable("PATH")!.Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, program)))
            ? $"no {program} here (tests/gpu/setup.sh gets it)"
            : file is not null && !File.Exists(file) ? $"no {file} here (tests/gpu/setup.sh gets it)" : null;

    /// <summary>Runs it in a folder and returns what it printed.</summary>
    protected static (string Out, string Error) Run(string folder, string program, params IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? (output, errors.Result) : throw new InvalidOperationException($"{program} {string.Join(' ', arguments)}: {errors.Result}{output}");
    }

    /// <summary>Assembly of a target, by clang of LLVM 15: what Debian's libraries for cards are made with.</summary>
    protected static string Assembly(string folder, string options, params IEnumerable<string> arguments) => Run(
        folder, "clang-15",
        ["-x", "cl", "-Xclang", "-finclude-default-header", "-O3", "-S", "-o", "-", .. options.Split(' ', StringSplitOptions.RemoveEmptyEntries), .. arguments, "kernels.cl"]).Out;

    /// <param name="start">What a kernel's name follows.</param>
    /// <param name="bytes">Its bytes in memory; not there where there are none.</param>
    protected static Dictionary<string, int> ByKernel(string assembly, string start, string bytes) => assembly.Split(start).Skip(1).ToDictionary(
        kernel => Regex.Match(kernel, @"^\w+").Value,
        kernel => Regex.Match(kernel, bytes) is { Success: true } match ? int.Parse(match.Groups[1].Value, null) : 0);

    private sealed class AmdCompiler : CardCompiler
    {
        private const string Libraries = "/usr/lib/x86_64-linux-gnu/amdgcn/bitcode";

        public override string? WhyNone => WhyNot("clang-15", $"{Libraries}/opencl.bc");

        protected override IReadOnlyDictionary<string, int> Ask(string folder, string options, string target)
        {
            var assembly = Assembly(folder, options, "-target", "amdgcn-amd-amdhsa", $"-mcpu={target}", $"--rocm-device-lib-path={Libraries}");
            return ByKernel(assembly, ".amdhsa_kernel ", @"\.amdhsa_private_segment_fixed_size (\d+)");
        }
    }

    private sealed class OclocCompiler : CardCompiler
    {
        public override string? WhyNone => WhyNot("ocloc-22");

        protected override IReadOnlyDictionary<string, int> Ask(string folder, string options, string target)
        {
            Run(folder, "ocloc-22", "compile", "-q", "-file", "kernels.cl", "-device", target, "-options", options, "-output", "built");
            var binary = Path.GetFileName(Directory.GetFiles(folder, "built*.bin").Single());
            Run(folder, "ocloc-22", "disasm", "-q", "-file", binary, "-device", target, "-dump", "dump");
            return File.ReadAllText(Path.Combine(folder, "dump", "PTM.txt")).Split("Kernel #").Skip(1).ToDictionary(
                kernel => Regex.Match(kernel, @"KernelName (\w+)").Groups[1].Value,
                kernel => Word(kernel, token: 18, 1) + Word(kernel, token: 38, 3)); // what a thread spills, and the arrays of a lane in memory
        }

        /// <summary>A number of a kernel's description, which is dumped in bytes, the lowest first; 0 where there is none.</summary>
        private static int Word(string kernel, int token, int index)
        {
            var match = Regex.Match(kernel, $@"\t4 Token {token}\n\t4 Size \d+\n\tHex (?:[0-9a-f]+ ){{{4 * index}}}((?:[0-9a-f]+ ?){{4}})");
            return match.Groups[1].Value.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select((digits, i) => Convert.ToInt32(digits, 16) << (8 * i)).Sum();
        }
    }
}

/// <summary>A vendor and a target, for a test that asks a <see cref="CardCompiler"/>. Skipped, and the reason printed, where it is not there.</summary>
[AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
internal sealed class CardAttribute : DataAttribute
{
    private readonly string _vendor, _target;

    public CardAttribute(string vendor, string target)
    {
        (_vendor, _target) = (vendor, target);
        Skip = CardCompiler.Of(vendor).WhyNone;
    }

    public override IEnumerable<object[]> GetData(MethodInfo testMethod) => [[_vendor, _target]];
}
