using System.Text.Json.Serialization;

namespace CodeExit.LanguageServer.Protocol;

/// <summary>LSP Position, from 0; character in the negotiated encoding.</summary>
[method: JsonConstructor]
internal readonly record struct TextPosition(
    [property: JsonConverter(typeof(ClampedIntConverter))] int Line,
    [property: JsonConverter(typeof(ClampedIntConverter))] int Character);

/// <summary>LSP Range; the end is not included.</summary>
[method: JsonConstructor]
internal readonly record struct TextRange(TextPosition Start, TextPosition End);

internal sealed record TextDocumentIdentifier(string Uri, int? Version = null);

internal sealed record TextDocumentItem(string Uri, string Text, string? LanguageId = null, int? Version = null);

/// <summary>Without a range, <paramref name="Text"/> is the whole document.</summary>
internal sealed record ContentChange(string Text, TextRange? Range = null);

internal sealed record DidOpenParams(TextDocumentItem TextDocument);

internal sealed record DidChangeParams(TextDocumentIdentifier TextDocument, ContentChange[] ContentChanges);

internal sealed record DidCloseParams(TextDocumentIdentifier TextDocument);
