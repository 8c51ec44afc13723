using System.Text;

namespace CodeExit.LanguageServer.Documents;

/// <summary>Between an LSP position's character and an offset in UTF-16 units.</summary>
internal static class PositionMapper
{
    /// <summary>
    /// The offset of a character of a line. Beyond the line's end it is the line's end, as the specification wants; inside a code point
    /// (a surrogate pair, a UTF-8 sequence) it is that code point's start.
    /// </summary>
    /// <param name="line">Of the text: 0 ≤ line &lt; LineCount.</param>
    /// <param name="character">At least 0.</param>
    public static int OffsetOf(TextBuffer text, int line, int character, PositionEncoding encoding)
    {
        int start = text.LineStart(line);
        int end = text.LineEnd(line);
        return encoding == PositionEncoding.Utf8
            ? AfterBytes(text, start, end, character)
            : SnapToCodePoint(text, (int)Math.Min(end, (long)start + character));
    }

    /// <summary>The character of an offset of a line that starts at <paramref name="lineStart"/>.</summary>
    public static int CharacterOf(TextBuffer text, int lineStart, int offset, PositionEncoding encoding)
    {
        if (encoding == PositionEncoding.Utf16) return offset - lineStart;
        int bytes = 0;
        for (int at = lineStart; at < offset;)
        {
            ReadOnlySpan<char> piece = text.Piece(at, offset);
            bytes += Encoding.UTF8.GetByteCount(piece);
            at += piece.Length;
        }
        return bytes;
    }

    /// <summary><paramref name="offset"/>, or the start of the surrogate pair that it is inside of.</summary>
    public static int SnapToCodePoint(TextBuffer text, int offset)
        => offset > 0 && offset < text.Length && char.IsSurrogatePair(text[offset - 1], text[offset]) ? offset - 1 : offset;

    private static int AfterBytes(TextBuffer text, int start, int end, int bytes)
    {
        int at = start;
        while (at < end)
        {
            ReadOnlySpan<char> piece = text.Piece(at, end);
            int size = Encoding.UTF8.GetByteCount(piece);
            if (size > bytes) return at + AfterBytes(piece, bytes);
            bytes -= size;
            at += piece.Length;
        }
        return at;
    }

    private static int AfterBytes(ReadOnlySpan<char> piece, int bytes)
    {
        int at = 0;
        while (true)
        {
            Rune.DecodeFromUtf16(piece[at..], out Rune rune, out int units);
            bytes -= rune.Utf8SequenceLength;
            if (bytes < 0) return at;
            at += units;
        }
    }
}
