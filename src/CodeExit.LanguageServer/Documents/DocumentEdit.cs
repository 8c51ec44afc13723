using CodeExit.LanguageServer.Protocol;

namespace CodeExit.LanguageServer.Documents;

/// <summary>One change of a document, in UTF-16 units: what a key does.</summary>
internal readonly record struct DocumentEdit(int Start, int Removed, int Inserted)
{
    public int End => Start + Inserted;

    /// <returns>Null where it was anything but one change at one place.</returns>
    public static DocumentEdit? Of(TextBuffer before, IReadOnlyList<ContentChange> changes, PositionEncoding encoding)
    {
        if (changes is not [{ Range: { } range } change]) return null;
        if (Offset(before, range.Start, encoding) is not { } start || Offset(before, range.End, encoding) is not { } end || end < start) return null;
        return new DocumentEdit(start, end - start, change.Text.Length);
    }

    private static int? Offset(TextBuffer text, TextPosition position, PositionEncoding encoding) =>
        position is { Line: >= 0, Character: >= 0 } && position.Line < text.LineCount
            ? PositionMapper.OffsetOf(text, position.Line, position.Character, encoding)
            : null;
}
