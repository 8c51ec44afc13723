namespace CodeExit.Completion.Snippets;

/// <summary>Some lines of a file, small enough to be put whole into a prompt, and the identifiers in them.</summary>
/// <param name="Text">Whole lines, that end with <c>\n</c>.</param>
internal sealed record CodeChunk(string Text, Identifiers Identifiers)
{
    private const int MostLines = 16;

    /// <summary>From here on a blank line ends a chunk, so that what belongs together mostly stays together.</summary>
    private const int FewestLines = 8;

    /// <summary>A line of a minified file says nothing and would fill any budget.</summary>
    private const int LongestLine = 400;

    public static IReadOnlyList<CodeChunk> Split(string text)
    {
        var chunks = new List<CodeChunk>();
        var lines = new List<string>();
        foreach (var line in text.AsSpan().EnumerateLines())
        {
            if (line.IsWhiteSpace() ? lines.Count >= FewestLines : lines.Count == MostLines) Cut();
            if (line.Length <= LongestLine && (lines.Count > 0 || !line.IsWhiteSpace())) lines.Add(line.TrimEnd().ToString());
        }
        Cut();
        return chunks;

        void Cut()
        {
            while (lines is [.., ""]) lines.RemoveAt(lines.Count - 1);
            // A line alone is a heading or an end.
            if (lines.Count > 1)
            {
                var part = string.Concat(lines.Select(each => each + "\n"));
                chunks.Add(new CodeChunk(part, Identifiers.In(part)));
            }
            lines.Clear();
        }
    }
}
