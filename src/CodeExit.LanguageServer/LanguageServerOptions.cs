namespace CodeExit.LanguageServer;

/// <param name="Version">Of this build, as <c>serverInfo</c> names it.</param>
/// <param name="Log">Takes one line for people; called from any thread. Never holds text of a document.</param>
public sealed record LanguageServerOptions(string Version, Action<string> Log);
