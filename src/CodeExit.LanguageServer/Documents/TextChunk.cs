namespace CodeExit.LanguageServer.Documents;

/// <summary>A piece of a text. Never ends between CR and LF nor inside a surrogate pair, so that it can be looked at on its own.</summary>
/// <param name="LineBreaks">Line ends within: LF, CR LF or a lone CR, as the LSP specification has it. U+2028 is none.</param>
internal readonly record struct TextChunk(string Text, int LineBreaks)
{
    /// <summary>UTF-16 units; 64 KB of memory, below the large object heap.</summary>
    private const int Most = 32 << 10;

    private const int Usual = 16 << 10;

    /// <summary>Cuts into chunks of at most <see cref="Most"/> units; an empty text has none.</summary>
    public static TextChunk[] Split(string text)
    {
        if (text.Length == 0) return [];
        if (text.Length <= Most) return [new(text, CountLineBreaks(text))];
        var chunks = new TextChunk[(text.Length + Usual - 1) / Usual];
        int start = 0;
        for (int i = 0; i < chunks.Length; i++)
        {
            int end = (int)((long)text.Length * (i + 1) / chunks.Length);
            if (end < text.Length && IsInseparable(text[end - 1], text[end])) end++;
            string piece = text[start..end];
            chunks[i] = new(piece, CountLineBreaks(piece));
            start = end;
        }
        return chunks;
    }

    /// <summary>Where the line after the <paramref name="count"/>-th line break of <paramref name="text"/> starts; count from 1.</summary>
    public static int AfterLineBreak(ReadOnlySpan<char> text, int count)
    {
        int at = 0;
        for (; count > 0; count--)
        {
            at += text[at..].IndexOfAny('\r', '\n');
            at += IsCrLf(text, at) ? 2 : 1;
        }
        return at;
    }

    private static int CountLineBreaks(ReadOnlySpan<char> text)
    {
        int count = 0;
        for (int at = 0, next; (next = text[at..].IndexOfAny('\r', '\n')) >= 0; count++)
        {
            at += next;
            at += IsCrLf(text, at) ? 2 : 1;
        }
        return count;
    }

    private static bool IsCrLf(ReadOnlySpan<char> text, int at) => text[at] == '\r' && at + 1 < text.Length && text[at + 1] == '\n';

    private static bool IsInseparable(char left, char right) => (left == '\r' && right == '\n') || char.IsSurrogatePair(left, right);
}
