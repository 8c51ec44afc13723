using System.Collections.Frozen;
using System.Text.Json.Serialization.Metadata;
using CodeExit.LanguageServer.Handlers;
using CodeExit.LanguageServer.Protocol;

namespace CodeExit.LanguageServer.Sessions;

/// <summary>Every method that the server knows.</summary>
internal static class Routes
{
    private static ProtocolJson Json => ProtocolJson.Default;

    public static FrozenDictionary<string, Route> All { get; } = new Route[]
    {
        Answered("initialize", Json.InitializeParams, Json.InitializeResult, InitializeHandler.Handle),
        Notified("initialized", Json.NoParams, InitializedHandler.Handle),
        Answered("shutdown", Json.NoParams, Json.NoParams, ShutdownHandler.Handle),
        Notified("exit", Json.NoParams, ExitHandler.Handle),
        Notified("$/cancelRequest", Json.CancelParams, CancelRequestHandler.Handle),
        Notified("$/setTrace", Json.SetTraceParams, SetTraceHandler.Handle),

        Notified("textDocument/didOpen", Json.DidOpenParams, DidOpenHandler.Handle),
        Notified("textDocument/didChange", Json.DidChangeParams, DidChangeHandler.Handle),
        Notified("textDocument/didClose", Json.DidCloseParams, DidCloseHandler.Handle),
        Notified("workspace/didChangeConfiguration", Json.DidChangeConfigurationParams, DidChangeConfigurationHandler.Handle),
        Notified("textDocument/didSave", Json.NoParams, FilesChangedHandler.Handle),
        Notified("workspace/didChangeWatchedFiles", Json.NoParams, FilesChangedHandler.Handle),
        Notified("workspace/didChangeWorkspaceFolders", Json.DidChangeWorkspaceFoldersParams, DidChangeWorkspaceFoldersHandler.Handle),

        Awaited("textDocument/inlineCompletion", Json.InlineCompletionParams, Json.InlineCompletionList, InlineCompletionHandler.HandleAsync),
        Awaited("textDocument/completion", Json.CompletionParams, Json.CompletionList, CompletionHandler.HandleAsync),
        Answered("workspace/executeCommand", Json.ExecuteCommandParams, Json.NoParams, ExecuteCommandHandler.Handle),

        // Copilot's, because clients speak them already
        Notified("textDocument/didShowCompletion", Json.DidShowCompletionParams, DidShowCompletionHandler.Handle),
        Notified("textDocument/didPartiallyAcceptCompletion", Json.DidPartiallyAcceptCompletionParams, DidPartiallyAcceptCompletionHandler.Handle),
        Notified("textDocument/didFocus", Json.NoParams, DidFocusHandler.Handle),

        // ours
        Answered("codeexit/status", Json.NoParams, Json.StatusResult, StatusHandler.Handle),
        Answered("codeexit/energy", Json.NoParams, Json.EnergyResult, EnergyHandler.Handle),
        Awaited("codeexit/warm", Json.NoParams, Json.StatusResult, WarmHandler.HandleAsync),
        Awaited("codeexit/unload", Json.NoParams, Json.StatusResult, UnloadHandler.HandleAsync),
    }.ToFrozenDictionary(route => route.Method);

    /// <summary>Handled in order, never answered.</summary>
    private static NotificationRoute<TParams> Notified<TParams>(string method, JsonTypeInfo<TParams> parameters, Action<Session, TParams> handle)
        => new(method, parameters, handle);

    /// <summary>Answered at once, in order.</summary>
    private static RequestRoute<TParams, TResult> Answered<TParams, TResult>(
        string method, JsonTypeInfo<TParams> parameters, JsonTypeInfo<TResult> result, Func<Session, TParams, TResult?> handle)
        where TResult : class
        => new(method, parameters, result, (session, given, _) => Task.FromResult(handle(session, given)));

    /// <summary>Answered whenever it is ready; meanwhile other messages are read.</summary>
    private static RequestRoute<TParams, TResult> Awaited<TParams, TResult>(
        string method, JsonTypeInfo<TParams> parameters, JsonTypeInfo<TResult> result, Func<Session, TParams, CancellationToken, Task<TResult?>> handle)
        where TResult : class
        => new(method, parameters, result, handle);
}
