using CodeExit.Inference.EarlyExit.Learned;
using CodeExit.Tests.Inference.Checkpoints;

namespace CodeExit.Tests.Cli;

/// <summary>A copy of the embedded model for which <c>codeexit tune</c> has learned a little from two files.</summary>
public sealed class TunedFolder : IAsyncLifetime, IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public string Model => Path.Combine(_folder.Path, "model");

    public string Source => Path.Combine(_folder.Path, "source");

    public string Learned => Path.Combine(Model, LearnedExitsFile.Name);

    /// <summary>Where a run keeps what it has done.</summary>
    public string Work => Path.Combine(Model, "exit-policies.tuning");

    /// <summary>Of the run that made it.</summary>
    internal (int ExitCode, string Out, string Error) Result { get; private set; }

    public async Task InitializeAsync()
    {
        Directory.CreateDirectory(Model);
        foreach (var file in Directory.EnumerateFiles(RepositoryFiles.Path("models", "default"))) File.Copy(file, Path.Combine(Model, Path.GetFileName(file)));
        File.WriteAllText(Path.Combine(Model, "modes.json"), "{}"); // calibrated before
        Directory.CreateDirectory(Source);
        File.WriteAllText(Path.Combine(Source, "a.py"), "def add(a, b):\n    return a + b\n\nprint(add(1, 2))\n");
        File.WriteAllText(Path.Combine(Source, "b.java"), "class Counter {\n    int count = 0;\n    void next() { count = count + 1; }\n}\n");
        Result = await TuneAsync(seed: 1);
    }

    public Task DisposeAsync() => Task.CompletedTask;

    public void Dispose() => _folder.Dispose();

    /// <summary>As little learning as the command line allows.</summary>
    internal Task<(int ExitCode, string Out, string Error)> TuneAsync(int seed, Action<string>? progress = null, CancellationToken cancellationToken = default) => RealCli.RunAsync(
        ["tune", "--source", Source, "--model", Model, "--texts", "12", "--head-steps", "1", "--rl-steps", "1", "--seed", $"{seed}"], progress, cancellationToken: cancellationToken);
}
