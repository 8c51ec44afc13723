namespace CodeExit.LanguageServer.Suggestions;

/// <summary>
/// Editors close a bracket or quote as it is typed; a suggestion brings its own. Then what the editor put behind the cursor must be
/// replaced, or it stands there twice.
/// </summary>
internal static class ClosingPairs
{
    /// <summary>How many units of <paramref name="rest"/> the suggestion itself supplies.</summary>
    /// <param name="suggestion">To be inserted at the cursor.</param>
    /// <param name="rest">The line behind the cursor.</param>
    public static int Covered(ReadOnlySpan<char> suggestion, ReadOnlySpan<char> rest)
    {
        int covered = 0;
        foreach (int closer in Closers(suggestion, rest))
        {
            if (covered == rest.Length || rest[covered] != suggestion[closer]) break;
            covered++;
        }
        return covered;
    }

    /// <summary>How many units the suggestion has before the first that stands behind the cursor already.</summary>
    /// <inheritdoc cref="Covered"/>
    public static int Before(ReadOnlySpan<char> suggestion, ReadOnlySpan<char> rest) =>
        Covered(suggestion, rest) > 0 ? Closers(suggestion, rest)[0] : suggestion.Length;

    /// <summary>Where the suggestion has the brackets and the quote that it closes and did not open.</summary>
    private static List<int> Closers(ReadOnlySpan<char> suggestion, ReadOnlySpan<char> rest)
    {
        var closers = new List<int>();
        var open = new Stack<char>();
        bool startsInside = !rest.IsEmpty && IsQuote(rest[0]) && HasOddCount(suggestion, rest[0]);
        char quote = startsInside ? rest[0] : '\0'; // the quote we are inside of
        for (int i = 0; i < suggestion.Length; i++)
        {
            char c = suggestion[i];
            if (quote != '\0')
            {
                if (c == '\\') i++;
                else if (c == quote)
                {
                    if (startsInside) closers.Add(i);
                    (quote, startsInside) = ('\0', false);
                }
                else if (c == '\n' && !startsInside) quote = '\0'; // an apostrophe in a comment
            }
            else if (IsQuote(c)) quote = c;
            else if (Closer(c) is { } closer) open.Push(closer);
            else if (c is ')' or ']' or '}' && !(open.TryPeek(out char awaited) && awaited == c && open.TryPop(out _))) closers.Add(i);
        }
        return closers;
    }

    /// <summary>Whether the suggestion ends a string that was begun before the cursor, rather than holding whole strings.</summary>
    private static bool HasOddCount(ReadOnlySpan<char> text, char quote)
    {
        int count = 0;
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] == '\\') i++;
            else if (text[i] == quote) count++;
        }
        return count % 2 == 1;
    }

    private static bool IsQuote(char c) => c is '"' or '\'' or '`';

    private static char? Closer(char c) => c switch { '(' => ')', '[' => ']', '{' => '}', _ => null };
}
