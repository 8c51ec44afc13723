using Spectre.Console;

namespace CodeExit.Cli.Output;

/// <summary>Spectre over the host's writer. Loaded only by the commands that draw tables: it takes tens of milliseconds to start.</summary>
internal static class SpectreOutput
{
    public static IAnsiConsole Console(CliHost host)
    {
        var colored = host.Style == TerminalStyle.Colored;
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = colored ? AnsiSupport.Yes : AnsiSupport.No,
            ColorSystem = colored ? ColorSystemSupport.EightBit : ColorSystemSupport.NoColors,
            Interactive = InteractionSupport.No,
            Out = new AnsiConsoleOutput(host.Out),
        });
        console.Profile.Width = host.Width;
        console.Profile.Capabilities.Unicode = true; // the host's writer is UTF-8; Spectre cannot know
        return console;
    }
}
