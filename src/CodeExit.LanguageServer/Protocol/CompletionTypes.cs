using System.Text.Json;
using System.Text.Json.Serialization;

namespace CodeExit.LanguageServer.Protocol;

internal sealed record InlineCompletionParams(TextDocumentIdentifier TextDocument, TextPosition Position, InlineCompletionContext? Context = null);

/// <param name="TriggerKind">1 by hand, 2 by typing. LSP4IJ says 2 for both; clients of the proposed protocol said 0 and 1.</param>
internal sealed record InlineCompletionContext(SelectedCompletionInfo? SelectedCompletionInfo = null, int TriggerKind = 2)
{
    public bool IsByHand => TriggerKind == 1;
}

internal sealed record SelectedCompletionInfo(TextRange Range, string Text);

internal sealed record InlineCompletionList(InlineCompletionItem[] Items);

/// <param name="Data">Not in the specification, as an item is never sent back to be resolved: clients that do not know it ignore it.</param>
internal sealed record InlineCompletionItem(string InsertText, string FilterText, TextRange Range, Command Command, ItemCost Data);

internal sealed record Command(string Title, [property: JsonPropertyName("command")] string Name, string[] Arguments);

internal sealed record CompletionParams(TextDocumentIdentifier TextDocument, TextPosition Position);

internal sealed record CompletionList(bool IsIncomplete, CompletionItem[] Items);

/// <param name="Kind">1: text.</param>
/// <param name="InsertTextMode">1: as is; the indentation is the suggestion's own.</param>
internal sealed record CompletionItem(
    string Label, int Kind, string Detail, string FilterText, int InsertTextMode, TextEdit TextEdit, Command Command, ItemCost Data);

internal sealed record TextEdit(TextRange Range, string NewText);

internal sealed record ExecuteCommandParams(string Command, JsonElement[]? Arguments = null);

/// <summary>Copilot's messages about what became of an item; copilot.el sends an item that holds only the command.</summary>
internal sealed record DidShowCompletionParams(ReportedItem Item);

internal sealed record DidPartiallyAcceptCompletionParams(ReportedItem Item, int AcceptedLength = 0);

internal sealed record ReportedItem(ReportedCommand? Command = null);

internal sealed record ReportedCommand(JsonElement[]? Arguments = null);
