using CodeExit.Completion.Prompts;

namespace CodeExit.Completion.Reuse;

/// <summary>What was typed at the cursor between two states of a document.</summary>
/// <param name="IsClosed">The editor has put closing brackets or quotes behind the cursor meanwhile.</param>
internal readonly record struct TypedText(string Text, bool IsClosed)
{
    /// <returns>Null where the two differ by anything else, or are not asked under the same settings. The empty text where they are the same.</returns>
    public static TypedText? Between(CompletionRequest older, CompletionRequest newer)
    {
        var typed = newer.Offset - older.Offset;
        var closed = newer.Text.Length - older.Text.Length - typed;
        if (typed < 0 || closed < 0 || !HasSameSettings(older, newer)) return null;
        if (!newer.Text.AsSpan(newer.Offset + closed).SequenceEqual(older.Text.AsSpan(older.Offset))) return null;
        if (!newer.Text.AsSpan(0, older.Offset).SequenceEqual(older.Text.AsSpan(0, older.Offset))) return null;
        var text = newer.Text.Substring(older.Offset, typed);
        return closed == 0 || newer.Text.AsSpan(newer.Offset, closed).SequenceEqual(Closers(text)) ? new TypedText(text, closed > 0) : null;
    }

    /// <summary>Whether a suggestion that is still being written may yet turn out to begin with what was typed.</summary>
    public bool Agrees(ReadOnlySpan<char> soFar)
    {
        soFar = soFar.TrimEnd('\r'); // half a line break
        var (typed, suggested) = Common(soFar);
        return typed == Text.Length || suggested == soFar.Length;
    }

    /// <summary>What is left of a suggestion of which this was typed; null where it was not, or nothing is left to be shown.</summary>
    public string? Rest(string suggestion)
    {
        if (Text.Length == 0 && !IsClosed) return suggestion;
        var (typed, suggested) = Common(suggestion);
        if (typed < Text.Length || TextCuts.Splits(suggestion, suggested)) return null;
        var rest = suggestion.AsSpan(suggested);
        // Text follows on the line now, and a suggestion may not break such a line.
        if (rest.IsWhiteSpace() || (IsClosed && rest.Contains('\n'))) return null;
        return rest.ToString();
    }

    private static bool HasSameSettings(CompletionRequest one, CompletionRequest other) =>
        one.LanguageId == other.LanguageId && one.MaxTokens == other.MaxTokens && one.Depth == other.Depth;

    /// <summary>How much of each is the same text. Where lines end with CR LF, a suggestion may still say LF, and the other way round.</summary>
    private (int Typed, int Suggested) Common(ReadOnlySpan<char> suggestion)
    {
        var (typed, suggested) = (0, 0);
        while (typed < Text.Length && suggested < suggestion.Length)
        {
            var (ours, theirs) = (LineBreak(Text.AsSpan(typed)), LineBreak(suggestion[suggested..]));
            if (ours == 0 != (theirs == 0) || (ours == 0 && Text[typed] != suggestion[suggested])) break;
            typed += Math.Max(1, ours);
            suggested += Math.Max(1, theirs);
        }
        return (typed, suggested);
    }

    /// <returns>The length of the line break that the text begins with.</returns>
    private static int LineBreak(ReadOnlySpan<char> text) => text switch
    {
        ['\n', ..] => 1,
        ['\r', '\n', ..] => 2,
        _ => 0,
    };

    /// <summary>What editors put behind the cursor when brackets and quotes are typed.</summary>
    private static string Closers(string typed)
    {
        var closers = new Stack<char>();
        foreach (var character in typed)
        {
            if (closers.TryPeek(out var awaited) && awaited == character) closers.Pop();
            else if (character switch { '(' => ')', '[' => ']', '{' => '}', '"' or '\'' or '`' => character, _ => '\0' } is not '\0' and var closer) closers.Push(closer);
        }
        return string.Concat(closers);
    }
}
