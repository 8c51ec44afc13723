using CodeExit.Cli;
using CodeExit.Cli.Hub;
using CodeExit.Cli.Input;
using CodeExit.Tests.Inference.Checkpoints;

namespace CodeExit.Tests.Cli.Hub;

/// <summary><c>codeexit model pull</c> with a hub before it and a folder of models behind it.</summary>
internal sealed class PullBench : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    /// <param name="wrong">Answers in the repository's place where it gives a reply.</param>
    public PullBench(HubRepository? repository = null, Func<HubRequest, HubReply?>? wrong = null)
    {
        Repository = repository ?? HubRepository.Small();
        Server = new HubServer(request => wrong?.Invoke(request) ?? Repository.Answer(request));
        Environment["HF_ENDPOINT"] = Server.Address;
    }

    public HubRepository Repository { get; }

    public HubServer Server { get; }

    public Dictionary<string, string> Environment { get; } = [];

    public HubPatience Patience { get; init; } = new() { FirstPause = TimeSpan.Zero };

    public Func<string, long> RoomIn { get; init; } = _ => long.MaxValue;

    public List<string> Progress { get; } = [];

    public string ModelsDirectory => _folder.Path;

    /// <summary>Where the model is once it is pulled.</summary>
    public string Pulled => Path.Combine(_folder.Path, "tiny", "llama");

    /// <summary>Where it gathers before.</summary>
    public string Gathering => Path.Combine(_folder.Path, ".pulling", "tiny--llama@" + Repository.Sha);

    /// <summary>Ranges that were asked for of a file, in order; null where all of it was.</summary>
    public IEnumerable<string?> RangesOf(string file) =>
        Server.Requests.Where(request => request.Path.EndsWith("/" + file, StringComparison.Ordinal)).Select(request => request.Header("Range"));

    public Task<(int ExitCode, string Out, string Error)> PullAsync(string model = HubRepository.Name, CancellationToken cancellationToken = default) =>
        RunAsync(["model", "pull", model], cancellationToken);

    public async Task<(int ExitCode, string Out, string Error)> RunAsync(string[] args, CancellationToken cancellationToken = default)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var host = new CliHost
        {
            Composition = new Composition(name => name == "CODEEXIT_DATA_DIR" ? Path.Combine(_folder.Path, ".data") : null),
            Models = new ModelLocator(AppContext.BaseDirectory, _folder.Path),
            Out = output,
            Error = error,
            OpenPipes = () => throw new InvalidOperationException("no language server here"),
            Environment = Environment.GetValueOrDefault,
            HubPatience = Patience,
            RoomIn = RoomIn,
            Progress = line =>
            {
                lock (Progress) Progress.Add(line);
            },
        };
        return (await CommandLine.RunAsync(args, host, cancellationToken), output.ToString(), error.ToString());
    }

    /// <summary>A file of the model as an interrupted pull leaves it.</summary>
    public void LeavePart(string file, byte[] content, string? etag)
    {
        Directory.CreateDirectory(Gathering);
        File.WriteAllBytes(Path.Combine(Gathering, file + ".part"), content);
        if (etag is not null) File.WriteAllText(Path.Combine(Gathering, file + ".part.etag"), etag);
    }

    public void AssertPulledRightly()
    {
        foreach (var file in (string[])["config.json", "tokenizer.json", "model.safetensors"])
        {
            Assert.Equal(Repository.Files[file], File.ReadAllBytes(Path.Combine(Pulled, file)));
        }
        Assert.Empty(Directory.EnumerateFiles(Pulled, "*.part*"));
        Assert.False(Directory.Exists(Gathering));
    }

    public void AssertNothingInstalled() => Assert.False(Directory.Exists(Path.Combine(_folder.Path, "tiny", "llama")));

    public void Dispose()
    {
        Server.Dispose();
        _folder.Dispose();
    }
}
