using System.Text;
using CodeExit.Inference.Tokenization.Patterns;

namespace CodeExit.Inference.Tokenization;

/// <summary>A stretch of a text: an added token, or text where <paramref name="Token"/> is null.</summary>
internal sealed record TextSegment(int Start, int End, int? Token);

/// <summary>Finds added tokens in a text: the leftmost first, of those that start there the longest.</summary>
internal sealed class AddedTokenSplitter
{
    private readonly List<Candidate> _candidates = [];
    private readonly string _firsts = ""; // the characters with which a candidate begins

    /// <param name="form">How a token looks in the texts to come.</param>
    public AddedTokenSplitter(IEnumerable<AddedToken> tokens, Func<string, string> form)
    {
        foreach (var token in tokens)
        {
            var candidate = new Candidate(form(token.Content), token);
            _candidates.Add(candidate);
            if (!_firsts.Contains(candidate.Form[0]))
                _firsts += candidate.Form[0];
        }
    }

    /// <summary>Appends the segments of <paramref name="text"/>.</summary>
    /// <param name="asText">Ids whose written form is to stay text.</param>
    public void Split(ReadOnlySpan<char> text, HashSet<int> asText, List<TextSegment> segments)
    {
        var reached = 0;
        var from = 0;
        while (FindNext(text, from, out var start) is { } found)
        {
            var token = found.Token;
            var end = start + found.Form.Length;
            from = end;
            if (asText.Contains(token.Id) || (token.SingleWord && !StandsAlone(text, start, end)))
                continue;
            if (token.TakesLeft)
                start = Math.Max(reached, SpaceStart(text, start));
            if (token.TakesRight)
                end = SpaceEnd(text, end);
            if (reached < start)
                segments.Add(new TextSegment(reached, start, null));
            segments.Add(new TextSegment(start, end, token.Id));
            reached = end;
        }
        if (reached < text.Length)
            segments.Add(new TextSegment(reached, text.Length, null));
    }

    private sealed record Candidate(string Form, AddedToken Token);

    private Candidate? FindNext(ReadOnlySpan<char> text, int from, out int start)
    {
        for (start = from; text[start..].IndexOfAny(_firsts) is >= 0 and var skipped; start++)
        {
            start += skipped;
            Candidate? longest = null;
            foreach (var candidate in _candidates)
            {
                var longer = candidate.Form.Length > (longest?.Form.Length ?? 0);
                if (longer && text[start..].StartsWith(candidate.Form, StringComparison.Ordinal))
                    longest = candidate;
            }
            if (longest is not null)
                return longest;
        }
        return null;
    }

    private static bool StandsAlone(ReadOnlySpan<char> text, int start, int end)
    {
        Rune.DecodeLastFromUtf16(text[..start], out var before, out _);
        Rune.DecodeFromUtf16(text[end..], out var after, out _);
        return (start == 0 || !IsWordCharacter(before)) && (end == text.Length || !IsWordCharacter(after));
    }

    // Rust's \w, which unlike Oniguruma's includes the zero-width joiners.
    private static bool IsWordCharacter(Rune rune) => rune.Value is 0x200C or 0x200D || UnicodeClasses.Word.Contains(rune.Value);

    private static int SpaceStart(ReadOnlySpan<char> text, int start)
    {
        while (start > 0 && UnicodeClasses.WhiteSpace.Contains(text[start - 1]))
            start--;
        return start;
    }

    private static int SpaceEnd(ReadOnlySpan<char> text, int end)
    {
        while (end < text.Length && UnicodeClasses.WhiteSpace.Contains(text[end]))
            end++;
        return end;
    }
}
