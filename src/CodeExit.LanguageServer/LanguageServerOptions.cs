using CodeExit.Completion.Gate;

namespace CodeExit.LanguageServer;

/// <param name="Version">Of this build, as <c>serverInfo</c> names it.</param>
/// <param name="Log">Takes one line for people; called from any thread. Never holds text of a document.</param>
public sealed record LanguageServerOptions(string Version, Action<string> Log)
{
    /// <summary>Ends the connection from this side once what is in flight is answered; nothing more is read meanwhile.</summary>
    public CancellationToken Drain { get; init; }

    /// <summary>What was learned of accepted suggestions: one for all connections of a process.</summary>
    public AcceptanceModel Acceptance { get; init; } = new();

    /// <summary>Longest that a request by typing waits for the next key; zero asks at once.</summary>
    public TimeSpan LongestDebounce { get; init; } = AdaptiveDebounce.Longest;

    /// <summary>Clock of keys and of that wait.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;
}
