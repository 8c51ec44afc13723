namespace CodeExit.Completion.Stopping;

/// <summary>How the lines around the cursor are indented, as far as they agree.</summary>
/// <param name="Character">Tab or space; null where lines do not say, or not the same.</param>
/// <param name="Width">Columns of a level, of spaces; 0 where unknown.</param>
internal sealed record IndentationStyle(char? Character, int Width)
{
    public static IndentationStyle Unknown { get; } = new(null, 0);

    // A quarter of the lines may be of another opinion: continued lines, comments, generated code.
    private const double Agreement = 0.75;
    private const int WidestLevel = 8;

    /// <param name="text">Whole lines; the cursor's may be left out.</param>
    public static IndentationStyle Of(ReadOnlySpan<char> before, ReadOnlySpan<char> after)
    {
        var (tabs, spaces) = (0, 0);
        Span<int> steps = stackalloc int[WidestLevel + 1];
        Count(before, ref tabs, ref spaces, steps);
        Count(after, ref tabs, ref spaces, steps);
        if (tabs + spaces == 0 || Math.Max(tabs, spaces) < Agreement * (tabs + spaces)) return Unknown;
        return tabs > spaces ? new IndentationStyle('\t', 0) : new IndentationStyle(' ', WidthOf(steps));
    }

    /// <summary>True where code that ends in this way is followed by lines one level deeper.</summary>
    public static bool OpensLevel(ReadOnlySpan<char> line) => line.TrimEnd() is [.., ':' or '{'];

    private static void Count(ReadOnlySpan<char> text, ref int tabs, ref int spaces, Span<int> steps)
    {
        var (opened, columns) = (false, 0);
        foreach (var range in text.Split('\n'))
        {
            var line = text[range];
            if (line.IsWhiteSpace()) continue;
            if (line[0] == '\t') tabs++;
            else if (line.StartsWith("  ")) spaces++; // one space is a comment's "* "
            var now = Indentation.Columns(line);
            if (opened && now > columns && now - columns <= WidestLevel) steps[now - columns]++;
            (opened, columns) = (OpensLevel(line), now);
        }
    }

    private static int WidthOf(ReadOnlySpan<int> steps)
    {
        var (best, all) = (0, 0);
        for (var width = 1; width < steps.Length; width++)
        {
            all += steps[width];
            if (steps[width] > steps[best]) best = width;
        }
        return steps[best] >= Agreement * all ? best : 0;
    }
}
