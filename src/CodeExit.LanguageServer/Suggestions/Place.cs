using CodeExit.Completion;
using CodeExit.LanguageServer.Documents;
using CodeExit.LanguageServer.Protocol;

namespace CodeExit.LanguageServer.Suggestions;

/// <summary>Where a suggestion was asked for: a document as it was then and the cursor in it, in UTF-16 units.</summary>
internal sealed class Place
{
    /// <summary>UTF-16 units handed to the service: far more than any prompt holds, and a constant cost in a file of any size.</summary>
    private const int MostBefore = 64 << 10;

    private const int MostAfter = 16 << 10;

    /// <summary>The window's start moves in steps: one that moved with each key would shift the prompt and cost the whole KV cache.</summary>
    private const int StartStep = 16 << 10;

    private readonly PositionEncoding _encoding;

    private Place(DocumentSnapshot document, int line, int cursor, PositionEncoding encoding)
    {
        (Document, Line, Cursor, _encoding) = (document, line, cursor, encoding);
        LineStart = document.Text.LineStart(line);
        LineEnd = document.Text.LineEnd(line);
    }

    public DocumentSnapshot Document { get; }

    public int Line { get; }

    public int Cursor { get; }

    public int LineStart { get; }

    public int LineEnd { get; }

    private TextBuffer Text => Document.Text;

    /// <exception cref="RpcException">A line outside the document, or a negative number. A character past the line's end is its end.</exception>
    public static Place At(DocumentSnapshot document, TextPosition position, PositionEncoding encoding)
        => new(document, position.Line, Offset(document.Text, position, encoding, "position"), encoding);

    /// <summary>The offsets of a range that has to be on this line, around the cursor.</summary>
    /// <exception cref="RpcException">It is not.</exception>
    public (int Start, int End) Offsets(TextRange range)
    {
        int start = Offset(Text, range.Start, _encoding, "selectedCompletionInfo.range.start");
        int end = Offset(Text, range.End, _encoding, "selectedCompletionInfo.range.end");
        if (range.Start.Line == Line && range.End.Line == Line && start <= Cursor && Cursor <= end) return (start, end);
        throw new RpcException(ErrorCode.InvalidParams, "selectedCompletionInfo.range must be on the line of the position and contain it");
    }

    /// <summary>The range of two offsets on this line.</summary>
    public TextRange Range(int start, int end) => new(PositionOf(start), PositionOf(end));

    /// <summary>The document around the cursor, <paramref name="inserted"/> standing in place of [start, end).</summary>
    public CompletionRequest Request(int start, int end, string inserted)
    {
        int from = PositionMapper.SnapToCodePoint(Text, Math.Max(0, start - MostBefore) / StartStep * StartStep);
        int to = PositionMapper.SnapToCodePoint(Text, (int)Math.Min(Text.Length, (long)end + MostAfter));
        string before = Text.Slice(from, start) + inserted;
        return new CompletionRequest(before + Text.Slice(end, Math.Max(end, to)), before.Length) { LanguageId = Document.LanguageId };
    }

    private static int Offset(TextBuffer text, TextPosition position, PositionEncoding encoding, string name)
    {
        if (position is { Line: >= 0, Character: >= 0 } && position.Line < text.LineCount)
        {
            return PositionMapper.OffsetOf(text, position.Line, position.Character, encoding);
        }
        throw new RpcException(
            ErrorCode.InvalidParams,
            $"{name} {position.Line}:{position.Character} is outside the document, whose lines go from 0 to {text.LineCount - 1}");
    }

    private TextPosition PositionOf(int offset) => new(Line, PositionMapper.CharacterOf(Text, LineStart, offset, _encoding));
}
