namespace CodeExit.Completion.Stopping;

/// <summary>What the stop rules need to know about the place of the cursor.</summary>
/// <param name="LinePrefix">The cursor's line, up to the cursor.</param>
/// <param name="RestOfLine">The cursor's line, from the cursor on, without its terminator.</param>
/// <param name="NextLines">The next lines with text on them, two at most, without white space at their ends.</param>
internal sealed record CursorContext(string LinePrefix, string RestOfLine, IReadOnlyList<string> NextLines)
{
    // No rule has anything to say about longer lines; a file of one line of a megabyte is not copied for each request.
    private const int LongestLine = 4096;
    private const int MostNextLines = 2;

    /// <summary>Text follows on the cursor's line: a suggestion may not break that line.</summary>
    public bool TextFollows { get; } = !string.IsNullOrWhiteSpace(RestOfLine);

    public static CursorContext At(string text, int offset)
    {
        var before = text.AsSpan(0, offset);
        before = before[(before.LastIndexOf('\n') + 1)..];
        var after = text.AsSpan(offset);
        var rest = TakeLine(ref after);
        List<string> next = [];
        while (next.Count < MostNextLines && !after.IsEmpty)
        {
            var line = TakeLine(ref after);
            if (!line.IsWhiteSpace()) next.Add(Shortened(line.TrimEnd()));
        }
        return new CursorContext(Shortened(before), Shortened(rest), next);
    }

    /// <summary>Splits off the first line, without its terminator.</summary>
    private static ReadOnlySpan<char> TakeLine(ref ReadOnlySpan<char> text)
    {
        var end = text.IndexOf('\n');
        var line = end < 0 ? text : text[..end];
        text = end < 0 ? [] : text[(end + 1)..];
        return line is [.. var body, '\r'] ? body : line;
    }

    private static string Shortened(ReadOnlySpan<char> line) => line[..Math.Min(line.Length, LongestLine)].ToString();
}
