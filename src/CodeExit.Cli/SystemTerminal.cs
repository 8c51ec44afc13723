using System.Text;
using CodeExit.Cli.Daemon;
using CodeExit.Cli.Input;
using Microsoft.Win32.SafeHandles;

namespace CodeExit.Cli;

/// <summary>The real standard streams and environment.</summary>
internal sealed class SystemTerminal : IDisposable
{
    private const int StandardOutput = 1;

    // Not Console.Out: its encoding follows the locale, and scripts are promised UTF-8 without a byte order mark.
    private readonly StreamWriter _out = new(Console.OpenStandardOutput(), new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));

    public CliHost Host(IComposition composition)
    {
        if (OperatingSystem.IsWindows() && !Console.IsOutputRedirected) Console.OutputEncoding = Encoding.UTF8;
        return new CliHost
        {
            Composition = composition,
            Models = new ModelLocator(AppContext.BaseDirectory, ModelLocator.DefaultDirectory(Environment.GetEnvironmentVariable)),
            Out = _out,
            Error = Console.Error,
            OpenPipes = OpenPipes,
            Environment = Environment.GetEnvironmentVariable,
            Launcher = DaemonLauncher.OfThisProgram(),
            Style = WantsColors() ? TerminalStyle.Colored : TerminalStyle.Plain,
            Width = OutputWidth(),
            ErrorIsTerminal = !Console.IsErrorRedirected,
            Progress = Console.IsErrorRedirected ? static _ => { } : static line => Console.Error.WriteLine(line),
        };
    }

    public void Dispose()
    {
        try
        {
            _out.Dispose();
        }
        catch (IOException)
        {
            // The reader went away (`codeexit … | head`): there is no one left to tell.
        }
    }

    /// <summary>The console's own output stream takes a broken pipe for success: a server would never learn that its client is gone.</summary>
    private static (Stream Input, Stream Output) OpenPipes() => (
        Console.OpenStandardInput(),
        OperatingSystem.IsWindows()
            ? Console.OpenStandardOutput()
            : new FileStream(new SafeFileHandle(StandardOutput, ownsHandle: false), FileAccess.Write, bufferSize: 0));

    private static bool WantsColors() =>
        !Console.IsOutputRedirected
        && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR")) // https://no-color.org
        && Environment.GetEnvironmentVariable("TERM") != "dumb";

    private static int OutputWidth()
    {
        if (Console.IsOutputRedirected) return 120;
        try
        {
            return Math.Max(Console.WindowWidth, 60);
        }
        catch (IOException)
        {
            return 100; // a terminal that does not say how wide it is
        }
    }
}
