namespace CodeExit.Cli;

/// <summary>What one editor's connection has of its own.</summary>
/// <param name="Log">Takes one line; safe for many threads.</param>
/// <param name="Drain">Ends the connection once what is in flight is answered.</param>
internal sealed record EditorConnection(Action<string> Log, CancellationToken Drain = default);
