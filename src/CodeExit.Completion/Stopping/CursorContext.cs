namespace CodeExit.Completion.Stopping;

/// <summary>What the stop rules, and whoever decides whether to ask at all, need to know about the place of the cursor.</summary>
internal sealed record CursorContext
{
    // No rule has anything to say about longer lines; a file of one line of a megabyte is not copied for each request.
    private const int LongestLine = 4096;
    private const int MostNextLines = 2, MostPreviousLines = 8;

    // UTF-16 units looked at for brackets, strings and indentation: what is further away tells nothing of this place.
    private const int MostBefore = 16 << 10, MostAfter = 4 << 10;

    /// <summary>The cursor's line, up to the cursor.</summary>
    public required string LinePrefix { get; init; }

    /// <summary>The cursor's line, from the cursor on, without its terminator.</summary>
    public required string RestOfLine { get; init; }

    /// <summary>The next lines with text on them, two at most, without white space at their ends.</summary>
    public required IReadOnlyList<string> NextLines { get; init; }

    /// <summary>The lines with text on them before the cursor's, nearest first, without white space at their ends.</summary>
    public required IReadOnlyList<string> PreviousLines { get; init; }

    public required LanguageSyntax Syntax { get; init; }

    public required IndentationStyle Indentation { get; init; }

    /// <summary>As it stands at the cursor.</summary>
    public required CodeScanner Scanner { get; init; }

    /// <summary>What is code of <see cref="LinePrefix"/>: no strings, no comments.</summary>
    public required string LineCode { get; init; }

    /// <summary>What a suggestion may close, innermost first.</summary>
    public required IReadOnlyList<char> MissingClosers { get; init; }

    /// <summary>Of the brackets open at the cursor, some are closed behind it.</summary>
    public required bool ClosersFollow { get; init; }

    /// <summary>Text follows on the cursor's line: a suggestion may not break that line.</summary>
    public bool TextFollows => !string.IsNullOrWhiteSpace(RestOfLine);

    public bool InComment => Scanner.InComment;

    public bool InString => Scanner.InString;

    /// <param name="offset">The cursor, in UTF-16 units.</param>
    /// <param name="languageId">The editor's name for the language; null where unknown.</param>
    public static CursorContext At(string text, int offset, string? languageId = null)
    {
        var syntax = LanguageSyntax.Of(languageId);
        var before = Window(text, offset);
        var after = text.AsSpan(offset, Math.Min(MostAfter, text.Length - offset));
        var lineStart = before.LastIndexOf('\n') + 1;

        var (scanner, open) = (new CodeScanner(syntax), new OpenBrackets());
        List<char> lineCode = [];
        for (var i = 0; i < before.Length; i++)
        {
            if (!scanner.Add(before[i])) continue;
            open.Add(before[i]);
            if (i >= lineStart && lineCode.Count < LongestLine) lineCode.Add(before[i]);
        }
        char[] closers = [.. open.Closers()];
        var missing = Stopping.MissingClosers.Of(closers, after, scanner);

        var rest = TakeLine(ref after);
        return new CursorContext
        {
            LinePrefix = Shortened(before[lineStart..]),
            RestOfLine = Shortened(rest),
            NextLines = Next(after),
            PreviousLines = Previous(before[..lineStart]),
            Syntax = syntax,
            Indentation = IndentationStyle.Of(before[..lineStart], after),
            Scanner = scanner,
            LineCode = new string([.. lineCode]),
            MissingClosers = missing,
            ClosersFollow = missing.Count < closers.Length,
        };
    }

    /// <summary>The brackets opened on the cursor's line, before it.</summary>
    public OpenBrackets OpenOnLine()
    {
        var open = new OpenBrackets();
        open.Add(LineCode);
        return open;
    }

    /// <summary>What stands before the cursor, from the start of a line on where that is near enough.</summary>
    private static ReadOnlySpan<char> Window(string text, int offset)
    {
        if (offset <= MostBefore) return text.AsSpan(0, offset);
        var window = text.AsSpan(offset - MostBefore, MostBefore);
        return window[(window.IndexOf('\n') + 1)..];
    }

    private static List<string> Next(ReadOnlySpan<char> after)
    {
        List<string> next = [];
        while (next.Count < MostNextLines && !after.IsEmpty)
        {
            var line = TakeLine(ref after);
            if (!line.IsWhiteSpace()) next.Add(Shortened(line.TrimEnd()));
        }
        return next;
    }

    private static List<string> Previous(ReadOnlySpan<char> before)
    {
        List<string> previous = [];
        while (previous.Count < MostPreviousLines && !(before = before.TrimEnd()).IsEmpty)
        {
            var start = before.LastIndexOf('\n') + 1;
            previous.Add(Shortened(before[start..]));
            before = before[..start];
        }
        return previous;
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
