using System.Diagnostics;

namespace CodeExit.Tests.LanguageServer;

/// <summary>The real <c>codeexit lsp --standalone</c> in a process of its own, as an editor starts it.</summary>
internal sealed class StdioProcess : IDisposable
{
    private readonly Process _process;
    private readonly Task<string> _log;

    public StdioProcess()
    {
        var start = new ProcessStartInfo("dotnet", [typeof(CodeExit.Cli.ExitCode).Assembly.Location, "lsp", "--standalone"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        _process = Process.Start(start)!;
        _log = _process.StandardError.ReadToEndAsync();
        Client = new TestClient(_process.StandardOutput.BaseStream, _process.StandardInput.BaseStream);
    }

    public TestClient Client { get; }

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
    }
}
