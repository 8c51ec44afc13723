using CodeExit.Cli;
using CodeExit.Cli.Input;

namespace CodeExit.Tests.Cli;

/// <summary>Runs the command line in this process, with fakes behind it and its output captured.</summary>
internal sealed class TestCli : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("codeexit-cli-").FullName;

    public FakeComposition Composition { get; } = new();

    public StringWriter Out { get; } = new();

    public StringWriter Error { get; } = new();

    public MemoryStream ServerOutput { get; } = new();

    public TimeProvider Time { get; init; } = TimeProvider.System;

    public TerminalStyle Style { get; init; } = TerminalStyle.Plain;

    /// <summary>CODEEXIT_MODELS.</summary>
    public string ModelsDirectory => Path.Combine(_folder, "models");

    public Task<int> RunAsync(params string[] args) => RunAsync(CancellationToken.None, args);

    public Task<int> RunAsync(CancellationToken cancellationToken, params string[] args)
    {
        var host = new CliHost
        {
            Composition = Composition,
            Models = new ModelLocator(_folder, ModelsDirectory),
            Out = Out,
            Error = Error,
            OpenPipes = () => (new MemoryStream(), ServerOutput),
            Style = Style,
            Time = Time,
        };
        return CommandLine.RunAsync(args, host, cancellationToken);
    }

    /// <summary>A file that the test may name; removed with this object.</summary>
    public string File(string name, byte[] content)
    {
        var path = Path.Combine(_folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        System.IO.File.WriteAllBytes(path, content);
        return path;
    }

    public string File(string name, string content) => File(name, System.Text.Encoding.UTF8.GetBytes(content));

    /// <summary>A folder that passes for a model.</summary>
    public string Model(string name)
    {
        File(Path.Combine(name, "config.json"), "{}");
        return Path.Combine(_folder, name);
    }

    /// <summary>The embedded model, and a file to complete: the least that a successful run needs.</summary>
    public string Ready(string content = "def add(a, b):\n    return \n")
    {
        Model("model");
        return File("sample.py", content);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
