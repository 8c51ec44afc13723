namespace CodeExit.Cli.Daemon;

/// <summary>There can be no daemon here and now. The message is one line: why, and what would be right. A user gets completions without one.</summary>
internal sealed class DaemonUnavailableException(string message) : Exception(message);
