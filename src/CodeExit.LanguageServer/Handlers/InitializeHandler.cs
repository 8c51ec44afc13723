using CodeExit.LanguageServer.Documents;
using CodeExit.LanguageServer.Protocol;
using CodeExit.LanguageServer.Sessions;
using CodeExit.LanguageServer.Suggestions;

namespace CodeExit.LanguageServer.Handlers;

/// <summary>initialize: agrees on the position encoding, reads the options once, says what the server can do.</summary>
internal static class InitializeHandler
{
    public static InitializeResult Handle(Session session, InitializeParams parameters)
    {
        var problems = new List<string>();
        session.Settings = session.Settings.With(parameters.InitializationOptions, problems);
        session.SettingProblems = problems;
        session.Encoding = Choose(parameters.Capabilities?.General?.PositionEncodings);
        session.Traces = SetTraceHandler.IsOn(parameters.Trace);
        session.ModelLoad.SendsProgress = parameters.Capabilities?.Window?.WorkDoneProgress ?? false;
        session.ModelLoad.SendsStatus = session.Settings.SendsPluginInfo;
        session.Ignored.SetFolders(parameters.WorkspaceFolders?.Select(folder => folder.Uri) ?? (parameters.RootUri is { } root ? [root] : []));
        session.State = SessionState.Running;

        string encoding = session.Encoding == PositionEncoding.Utf8 ? "utf-8" : "utf-16";
        session.Options.Log($"connected to {parameters.ClientInfo?.Name ?? "a client without a name"}; positions in {encoding}");
        return new InitializeResult(
            new ServerCapabilities(
                encoding,
                new TextDocumentSyncOptions(OpenClose: true, Change: 2, Save: true),
                new WorkDoneOptions(false),
                session.Settings.TextDocumentCompletion ? new WorkDoneOptions(false) : null,
                new ExecuteCommandOptions([SuggestionItems.DidAccept]),
                new WorkspaceCapabilities(new WorkspaceFoldersOptions(Supported: true, ChangeNotifications: true))),
            new ServerInfo("CodeExit", session.Options.Version));
    }

    /// <summary>
    /// UTF-8 only where the client prefers it to UTF-16, which is what text is held in here. Offers of neither get UTF-16: the
    /// specification makes every client understand it (Emacs offers utf-32 first).
    /// </summary>
    private static PositionEncoding Choose(string[]? offered)
    {
        string? preferred = offered?.FirstOrDefault(encoding => encoding is "utf-8" or "utf-16");
        return preferred == "utf-8" ? PositionEncoding.Utf8 : PositionEncoding.Utf16;
    }
}
