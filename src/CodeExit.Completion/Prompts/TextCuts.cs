namespace CodeExit.Completion.Prompts;

/// <summary>Where a text may be cut: lines end after <c>\n</c>; a surrogate pair and a CRLF stay whole.</summary>
internal static class TextCuts
{
    /// <summary>The first line start in [<paramref name="from"/>, <paramref name="limit"/>), or −1.</summary>
    public static int LineStart(string text, int from, int limit)
    {
        if (from == 0) return limit > 0 ? 0 : -1;
        var terminator = text.AsSpan(from - 1, limit - from).IndexOf('\n');
        return terminator < 0 ? -1 : from + terminator;
    }

    /// <summary>The end of the line that holds <paramref name="from"/>, terminator included.</summary>
    public static int LineEnd(string text, int from)
    {
        var terminator = text.AsSpan(from).IndexOf('\n');
        return terminator < 0 ? text.Length : from + terminator + 1;
    }

    /// <summary>True where a cut before <paramref name="at"/> would split what belongs together.</summary>
    public static bool Splits(string text, int at) => at > 0 && at < text.Length
        && (char.IsSurrogatePair(text[at - 1], text[at]) || (text[at - 1] == '\r' && text[at] == '\n'));
}
