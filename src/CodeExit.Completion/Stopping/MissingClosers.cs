namespace CodeExit.Completion.Stopping;

/// <summary>
/// Which brackets a suggestion may close: of those open at the cursor, the ones that nothing behind it closes. Editors close a bracket when it
/// is opened; the closer then stands behind the cursor, or a few lines below.
/// </summary>
internal static class MissingClosers
{
    /// <param name="open">What closes the brackets open at the cursor, innermost first.</param>
    /// <param name="after">The text behind the cursor.</param>
    /// <param name="scanner">As it stands at the cursor.</param>
    /// <returns>Closers that are missing, innermost first.</returns>
    public static IReadOnlyList<char> Of(char[] open, ReadOnlySpan<char> after, CodeScanner scanner)
    {
        var given = Given(after, scanner, open.Length);
        // The most that still leaves every closer behind the cursor something to close.
        for (var missing = open.Length - given.Count; missing >= 0; missing--)
        {
            if (open.AsSpan(missing).StartsWith(given.ToArray())) return open[..missing];
        }
        // The brackets of the document do not fit together: nothing can be said.
        return open;
    }

    /// <summary>The closers of a text that close nothing opened in it, in order.</summary>
    private static List<char> Given(ReadOnlySpan<char> text, CodeScanner scanner, int most)
    {
        List<char> given = [];
        var opened = new OpenBrackets();
        foreach (var character in text)
        {
            if (given.Count == most) break;
            if (!scanner.Add(character)) continue;
            if (OpenBrackets.IsCloser(character) && !opened.Closes(character)) given.Add(character);
            else opened.Add(character);
        }
        return given;
    }
}
