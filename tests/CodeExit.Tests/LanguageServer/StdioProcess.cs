using System.Diagnostics;
using CodeExit.Tests.Inference.Checkpoints;

namespace CodeExit.Tests.LanguageServer;

/// <summary>The real <c>codeexit lsp --standalone</c> in a process of its own, as an editor starts it.</summary>
internal sealed class StdioProcess : IDisposable
{
    private readonly Process _process;
    private readonly Task<string> _log;

    private readonly TemporaryFolder _folder = new();

    public StdioProcess(params string[] options)
    {
        var start = new ProcessStartInfo("dotnet", [typeof(CodeExit.Cli.ExitCode).Assembly.Location, "lsp", "--standalone", .. options])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["CODEEXIT_DATA_DIR"] = DataDirectory;
        _process = Process.Start(start)!;
        _log = _process.StandardError.ReadToEndAsync();
        Client = new TestClient(_process.StandardOutput.BaseStream, _process.StandardInput.BaseStream);
    }

    public TestClient Client { get; }

    /// <summary>Where the process keeps its records: a folder of its own, removed at the end.</summary>
    public string DataDirectory => _folder.Path;

    /// <summary>SIGKILL: the process learns nothing of it.</summary>
    public void Kill()
    {
        _process.Kill(entireProcessTree: true);
        _process.WaitForExit();
    }

    public long ResidentBytes
    {
        get
        {
            _process.Refresh();
            return _process.WorkingSet64;
        }
    }

    /// <summary>The exit code and what the process wrote to standard error.</summary>
    public async Task<(int ExitCode, string Log)> EndAsync()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        await _process.WaitForExitAsync(patience.Token);
        return (_process.ExitCode, await _log);
    }

    public void Dispose()
    {
        if (!_process.HasExited) _process.Kill(entireProcessTree: true);
        _process.Dispose();
        _folder.Dispose();
    }
}
