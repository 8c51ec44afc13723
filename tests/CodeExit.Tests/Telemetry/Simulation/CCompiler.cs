using System.Diagnostics;

namespace CodeExit.Tests.Telemetry.Simulation;

/// <summary>The system's C compiler, for the stub of NVIDIA's library and the shim around OpenCL's.</summary>
internal static class CCompiler
{
    private static readonly string[] Names = ["cc", "gcc", "clang"];

    public static string? Path { get; } = OperatingSystem.IsLinux() ? Find() : null;

    public static void CompileLibrary(string source, string library)
    {
        using var process = Process.Start(new ProcessStartInfo(Path!, ["-shared", "-fPIC", "-O1", "-o", library, source]) { RedirectStandardError = true })!;
        var errors = process.StandardError.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0) throw new InvalidOperationException($"{Path} failed on {source}: {errors}");
    }

    private static string? Find() =>
        (from folder in (Environment.GetEnvironmentVariable("PATH") ?? "").Split(System.IO.Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
         from name in Names
         let path = System.IO.Path.Combine(folder, name)
         where File.Exists(path)
         select path).FirstOrDefault();
}

/// <summary>A test with a stub written in C. Skipped, and the reason printed, where nothing can compile it.</summary>
internal sealed class StubFactAttribute : FactAttribute
{
    public StubFactAttribute() => Skip = StubSkip.Reason;
}

/// <inheritdoc cref="StubFactAttribute"/>
internal sealed class StubTheoryAttribute : TheoryAttribute
{
    public StubTheoryAttribute() => Skip = StubSkip.Reason;
}

internal static class StubSkip
{
    public static string? Reason => CCompiler.Path is not null
        ? null
        : OperatingSystem.IsLinux() ? "no C compiler in PATH (cc, gcc, clang): the stubs of drivers' libraries cannot be built" : "the stubs of drivers' libraries are built on Linux only";
}
