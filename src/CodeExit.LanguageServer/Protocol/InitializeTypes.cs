using System.Text.Json;
using System.Text.Json.Serialization;

namespace CodeExit.LanguageServer.Protocol;

/// <summary>
/// What is looked at of the client's introduction. Its processId is not: an editor that dies closes its end of the stream, which is
/// noticed at once and without the polling that watching a foreign process takes on Unix.
/// </summary>
internal sealed record InitializeParams(
    ClientCapabilities? Capabilities = null, JsonElement? InitializationOptions = null, string? Trace = null, ClientInfo? ClientInfo = null)
{
    /// <summary>Older clients send only this.</summary>
    public string? RootUri { get; init; }

    public WorkspaceFolder[]? WorkspaceFolders { get; init; }
}

internal sealed record WorkspaceFolder(string Uri);

internal sealed record DidChangeWorkspaceFoldersParams(WorkspaceFoldersChange Event);

internal sealed record WorkspaceFoldersChange(WorkspaceFolder[] Added, WorkspaceFolder[] Removed);

internal sealed record ClientInfo(string? Name = null);

internal sealed record ClientCapabilities(GeneralCapabilities? General = null, WindowCapabilities? Window = null);

internal sealed record GeneralCapabilities(string[]? PositionEncodings = null);

internal sealed record WindowCapabilities(bool? WorkDoneProgress = null);

internal sealed record InitializeResult(ServerCapabilities Capabilities, ServerInfo ServerInfo);

internal sealed record ServerInfo(string Name, string Version);

internal sealed record ServerCapabilities(
    string PositionEncoding,
    TextDocumentSyncOptions TextDocumentSync,
    WorkDoneOptions InlineCompletionProvider,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] WorkDoneOptions? CompletionProvider,
    ExecuteCommandOptions ExecuteCommandProvider,
    WorkspaceCapabilities Workspace);

/// <param name="Change">2: incremental.</param>
/// <param name="Save">A saved file may be one that says which others are ignored.</param>
internal sealed record TextDocumentSyncOptions(bool OpenClose, int Change, bool Save);

/// <summary>Never written as {}: lsp-mode reads an empty object as nil, that is as "not offered".</summary>
internal sealed record WorkDoneOptions(bool WorkDoneProgress);

internal sealed record ExecuteCommandOptions(string[] Commands);

internal sealed record WorkspaceCapabilities(WorkspaceFoldersOptions WorkspaceFolders);

internal sealed record WorkspaceFoldersOptions(bool Supported, bool ChangeNotifications);
