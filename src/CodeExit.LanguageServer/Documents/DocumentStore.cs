using System.Collections.Concurrent;
using CodeExit.LanguageServer.Protocol;

namespace CodeExit.LanguageServer.Documents;

/// <summary>
/// The open documents of one connection. Written only by the reading loop, in the order of the client's messages; what a reader takes
/// is a snapshot.
/// </summary>
internal sealed class DocumentStore(Action<string> log)
{
    private readonly ConcurrentDictionary<string, DocumentSnapshot> _open = new(StringComparer.Ordinal);

    public int Count => _open.Count;

    public void Open(DocumentSnapshot document)
    {
        if (_open.ContainsKey(document.Uri)) log($"didOpen of {document.Uri}, which is open already: its text is replaced");
        _open[document.Uri] = document;
    }

    public void Close(string uri)
    {
        if (!_open.TryRemove(uri, out _)) log($"didClose of {uri}, which is not open");
    }

    /// <returns>The document before and after; null where it is not open.</returns>
    public (DocumentSnapshot Before, DocumentSnapshot After)? Change(
        string uri, int? version, IReadOnlyList<ContentChange> changes, PositionEncoding encoding)
    {
        if (!_open.TryGetValue(uri, out DocumentSnapshot? before))
        {
            log($"didChange of {uri}, which is not open: ignored");
            return null;
        }
        if (version < before.Version) log($"didChange of {uri} goes back from version {before.Version} to {version}");
        TextBuffer text = before.Text;
        foreach (ContentChange change in changes) text = Apply(text, change, encoding, uri);
        DocumentSnapshot after = before with { Version = version ?? before.Version, Text = text };
        _open[uri] = after;
        return (before, after);
    }

    /// <exception cref="RpcException">Not open.</exception>
    public DocumentSnapshot Get(string uri) => _open.TryGetValue(uri, out DocumentSnapshot? document)
        ? document
        : throw new RpcException(ErrorCode.InvalidParams, $"{uri} is not open; send textDocument/didOpen first");

    private TextBuffer Apply(TextBuffer text, ContentChange change, PositionEncoding encoding, string uri)
    {
        if (change.Range is not { } range) return TextBuffer.From(change.Text);
        int start = Clamp(text, range.Start, encoding, uri);
        int end = Clamp(text, range.End, encoding, uri);
        if (end < start)
        {
            log($"didChange of {uri}: the range ends before it starts; taken the other way round");
            (start, end) = (end, start);
        }
        return text.Replace(start, end, change.Text);
    }

    /// <summary>An edit cannot be answered with an error, so that a position outside the document becomes the nearest one inside.</summary>
    private int Clamp(TextBuffer text, TextPosition position, PositionEncoding encoding, string uri)
    {
        if (position.Line < text.LineCount && position is { Line: >= 0, Character: >= 0 })
        {
            return PositionMapper.OffsetOf(text, position.Line, position.Character, encoding);
        }
        // One line past the last is how many clients say "up to the end".
        if (position.Line != text.LineCount)
        {
            log($"didChange of {uri}: position {position.Line}:{position.Character} is outside the {text.LineCount} lines; clamped");
        }
        if (position.Line >= text.LineCount) return text.Length;
        return position.Line < 0 ? 0 : text.LineStart(position.Line);
    }
}
