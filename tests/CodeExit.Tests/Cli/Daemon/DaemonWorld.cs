using System.Diagnostics;
using System.Text.Json;
using CodeExit.Tests.Inference.Checkpoints;
using CodeExit.Tests.LanguageServer;

namespace CodeExit.Tests.Cli.Daemon;

/// <summary>A runtime folder of its own with the real program in it, in processes: editors and, at most, one daemon. All are gone afterwards.</summary>
internal sealed class DaemonWorld : IDisposable
{
    /// <summary>Only to end a test that would hang.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(180);

    private readonly TemporaryFolder _folder = new();
    private readonly List<Editor> _editors = [];
    private readonly HashSet<int> _daemons = [];

    public string Folder => _folder.Path;

    /// <summary>For all processes that are started from here on.</summary>
    public Dictionary<string, string> Environment { get; init; } = [];

    public string Log => File.ReadAllText(Path.Combine(_folder.Path, "daemon.log"));

    /// <summary>An editor that has just started its server: <c>codeexit lsp</c>.</summary>
    /// <param name="version">Of the build that it passes for; null for its own.</param>
    public Editor Start(string[]? options = null, string? version = null)
    {
        var editor = new Editor(Process.Start(Command(["lsp", "--exit-after", "120", .. options ?? []], version))!);
        _editors.Add(editor);
        return editor;
    }

    /// <summary>An editor with a document open and one suggestion had.</summary>
    public async Task<Editor> OpenAsync(string[]? options = null, string? version = null)
    {
        var editor = Start(options, version);
        await editor.OpenAsync();
        await StatusAsync();
        return editor;
    }

    /// <summary>The same with another runtime folder.</summary>
    public async Task<Editor> OpenInAsync(string runtimeFolder)
    {
        var start = Command(["lsp"], null);
        start.Environment["CODEEXIT_RUNTIME_DIR"] = runtimeFolder;
        var editor = new Editor(Process.Start(start)!);
        _editors.Add(editor);
        await editor.OpenAsync();
        return editor;
    }

    public async Task<(int ExitCode, string Out, string Error)> RunAsync(params string[] args)
    {
        using var process = Process.Start(Command(args, null))!;
        process.StandardInput.Close();
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync().WaitAsync(Patience);
        return (process.ExitCode, await output, await error);
    }

    /// <summary>What <c>daemon status --json</c> prints.</summary>
    public async Task<JsonElement> StatusAsync()
    {
        var (exitCode, output, error) = await RunAsync("daemon", "status", "--json");
        Assert.True(exitCode == 0, error);
        var status = JsonDocument.Parse(output).RootElement;
        if (status.GetProperty("running").GetBoolean()) _daemons.Add(status.GetProperty("pid").GetInt32());
        return status;
    }

    public async Task<int> DaemonPidAsync() => (await StatusAsync()).GetProperty("pid").GetInt32();

    /// <summary>Waits until the daemon's status is so.</summary>
    public Task UntilAsync(Func<JsonElement, bool> isSo) => Eventually.IsAsync(async () => isSo(await StatusAsync()), Patience);

    public static long ResidentBytes(int pid)
    {
        using var process = Process.GetProcessById(pid);
        return process.WorkingSet64;
    }

    /// <summary>SIGKILL.</summary>
    public static void Kill(int pid)
    {
        using var process = Process.GetProcessById(pid);
        process.Kill();
    }

    public void Dispose()
    {
        foreach (var editor in _editors) editor.Dispose();
        foreach (var pid in _daemons.Concat(Written()))
        {
            try
            {
                Kill(pid);
            }
            catch (Exception exception) when (exception is ArgumentException or InvalidOperationException)
            {
                // it has ended, as it should
            }
        }
        _folder.Dispose();
    }

    private IEnumerable<int> Written()
    {
        var entry = Path.Combine(_folder.Path, "daemon.json");
        if (File.Exists(entry)) yield return JsonDocument.Parse(File.ReadAllText(entry)).RootElement.GetProperty("pid").GetInt32();
    }

    private ProcessStartInfo Command(string[] args, string? version)
    {
        var start = new ProcessStartInfo("dotnet", [typeof(CodeExit.Cli.ExitCode).Assembly.Location, .. args])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["CODEEXIT_RUNTIME_DIR"] = _folder.Path;
        start.Environment["CODEEXIT_DATA_DIR"] = _folder.Path;
        foreach (var (name, value) in Environment) start.Environment[name] = value;
        if (version is not null) start.Environment["CODEEXIT_TEST_BUILD"] = version;
        return start;
    }
}

/// <summary>One window: a client of its own and the process that it started.</summary>
internal sealed class Editor : IDisposable
{
    private const string Uri = "file:///code/sample.py";

    private readonly Process _process;
    private readonly Task<string> _log;

    public Editor(Process process)
    {
        _process = process;
        _log = process.StandardError.ReadToEndAsync();
        Client = new TestClient(process.StandardOutput.BaseStream, process.StandardInput.BaseStream);
    }

    public TestClient Client { get; }

    public int Pid => _process.Id;

    public async Task OpenAsync()
    {
        await Client.CallAsync("initialize", new { processId = Environment.ProcessId, capabilities = new { } });
        await Client.NotifyAsync("initialized");
        await Client.NotifyAsync("textDocument/didOpen", new
        {
            textDocument = new { uri = Uri, languageId = "python", version = 1, text = "import os\n\ndef read(path):\n    with open(path) as " },
        });
        await SuggestAsync();
    }

    /// <summary>One suggestion, which has to come.</summary>
    public async Task SuggestAsync() => Assert.Equal(JsonValueKind.Array, (await Client.ResultAsync(await RequestAsync())).GetProperty("items").ValueKind);

    /// <summary>What decides the depth of this connection's requests.</summary>
    public async Task<(string Mode, string Policy)> DepthAsync()
    {
        var status = await Client.CallAsync("codeexit/status");
        return (status.GetProperty("mode").GetString()!, status.GetProperty("policy").GetString()!);
    }

    public Task<string> RequestAsync() => Client.RequestAsync("textDocument/inlineCompletion", new { textDocument = new { uri = Uri }, position = new { line = 3, character = 22 } });

    /// <summary>Ends as an editor should, and gives the exit code.</summary>
    public async Task<int> CloseAsync()
    {
        await Client.CallAsync("shutdown");
        await Client.NotifyAsync("exit");
        return (await EndAsync()).ExitCode;
    }

    public void Kill() => _process.Kill();

    /// <summary>The exit code and what was written to standard error.</summary>
    public async Task<(int ExitCode, string Log)> EndAsync()
    {
        await _process.WaitForExitAsync().WaitAsync(DaemonWorld.Patience);
        return (_process.ExitCode, await _log);
    }

    public void Dispose()
    {
        if (!_process.HasExited) _process.Kill();
        _process.Dispose();
    }
}
