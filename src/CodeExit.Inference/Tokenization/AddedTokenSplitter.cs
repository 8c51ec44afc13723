using System.Buffers;
using System.Text;
using CodeExit.Inference.Tokenization.Patterns;

namespace CodeExit.Inference.Tokenization;

/// <summary>A stretch of a text: an added token, or text where <paramref name="Token"/> is null.</summary>
internal readonly record struct TextSegment(int Start, int End, int? Token);

/// <summary>Finds added tokens in a text: the leftmost first, of those that start there the longest.</summary>
internal sealed class AddedTokenSplitter
{
    private readonly Dictionary<char, (string Form, AddedToken Token)[]> _candidates = [];
    private readonly SearchValues<char> _firsts;

    /// <param name="tokens">With the form to look for, which is not empty.</param>
    public AddedTokenSplitter(IEnumerable<(string Form, AddedToken Token)> tokens)
    {
        foreach (var group in tokens.GroupBy(token => token.Form[0]))
            _candidates[group.Key] = [.. group.OrderByDescending(token => token.Form.Length)];
        _firsts = SearchValues.Create([.. _candidates.Keys]);
    }

    /// <summary>Appends the segments of <paramref name="text"/>.</summary>
    /// <param name="asText">Ids whose written form is to stay text.</param>
    public void Split(ReadOnlySpan<char> text, IReadOnlySet<int> asText, List<TextSegment> segments)
    {
        var reached = 0;
        var from = 0;
        while (FindNext(text, from) is { } match)
        {
            var (start, token) = match;
            var end = start + match.Length;
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

    private readonly record struct Match(int Start, AddedToken Token, int Length)
    {
        public void Deconstruct(out int start, out AddedToken token) => (start, token) = (Start, Token);
    }

    private Match? FindNext(ReadOnlySpan<char> text, int from)
    {
        while (text[from..].IndexOfAny(_firsts) is >= 0 and var skipped)
        {
            from += skipped;
            foreach (var (form, token) in _candidates[text[from]])
            {
                if (text[from..].StartsWith(form, StringComparison.Ordinal))
                    return new Match(from, token, form.Length);
            }
            from++;
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
