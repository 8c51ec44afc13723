namespace CodeExit.LanguageServer;

/// <param name="Version">Of this build, as <c>serverInfo</c> names it.</param>
/// <param name="Log">Takes one line for people; called from any thread. Never holds text of a document.</param>
public sealed record LanguageServerOptions(string Version, Action<string> Log)
{
    /// <summary>Ends the connection from this side once what is in flight is answered; nothing more is read meanwhile.</summary>
    public CancellationToken Drain { get; init; }
}
