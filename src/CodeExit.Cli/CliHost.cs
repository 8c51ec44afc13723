using CodeExit.Cli.Daemon;
using CodeExit.Cli.Hub;
using CodeExit.Cli.Input;

namespace CodeExit.Cli;

/// <summary>Everything outside the process that a command may touch, so that tests can stand in for all of it.</summary>
internal sealed record CliHost
{
    public required IComposition Composition { get; init; }

    public required ModelLocator Models { get; init; }

    /// <summary>Standard output as text: UTF-8, no byte order mark.</summary>
    public required TextWriter Out { get; init; }

    public required TextWriter Error { get; init; }

    /// <summary>Standard input and output as bytes, for the language server.</summary>
    public required Func<(Stream Input, Stream Output)> OpenPipes { get; init; }

    /// <summary>Looks up an environment variable.</summary>
    public Func<string, string?> Environment { get; init; } = static _ => null;

    /// <summary>Starts a daemon; null where there can be none.</summary>
    public DaemonLauncher? Launcher { get; init; }

    /// <summary>Whether <see cref="Out"/> is a terminal that shows colours and wants them (NO_COLOR unset).</summary>
    public TerminalStyle Style { get; init; } = TerminalStyle.Plain;

    /// <summary>Columns that <see cref="Out"/> can show.</summary>
    public int Width { get; init; } = 100;

    /// <summary>What measurements go by.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Whether <see cref="Error"/> is a terminal, where progress can be drawn.</summary>
    public bool ErrorIsTerminal { get; init; }

    /// <summary>How long hosts of models are waited for.</summary>
    public HubPatience HubPatience { get; init; } = new();

    /// <summary>Bytes that the disk of a folder has left for this user.</summary>
    public Func<string, long> RoomIn { get; init; } = static folder => new DriveInfo(folder).AvailableFreeSpace;

    /// <summary>Takes one line on how long work goes on; does nothing where standard error is no terminal.</summary>
    public Action<string> Progress { get; init; } = static _ => { };
}

/// <summary>How text for a person is dressed.</summary>
internal enum TerminalStyle
{
    /// <summary>No escape codes: pipes, files, NO_COLOR, dumb terminals.</summary>
    Plain,
    Colored,
}
