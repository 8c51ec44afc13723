namespace CodeExit.Cli;

/// <summary>The exit codes that scripts may rely on.</summary>
internal static class ExitCode
{
    public const int Success = 0;
    public const int Failure = 1;
    public const int Usage = 2;

    /// <summary>What shells report for a process that ended by Ctrl-C: 128 + SIGINT.</summary>
    public const int Cancelled = 130;
}

/// <summary>The command was understood and cannot be done. The message is one line: what was wrong and what would be right.</summary>
internal sealed class CliException(string message) : Exception(message);

/// <summary>The command line itself is wrong. The message is one line: what was wrong and what would be right.</summary>
internal sealed class UsageException(string message) : Exception(message);
