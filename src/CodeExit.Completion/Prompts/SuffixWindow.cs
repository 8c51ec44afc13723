namespace CodeExit.Completion.Prompts;

/// <summary>
/// Chooses where the prompt's suffix ends: at the end of the last whole line that fits. That place depends on what follows the cursor
/// alone, so it stands still while one types.
/// </summary>
internal sealed class SuffixWindow(TokenCounter counter)
{
    public int End(string text, int offset, int budget)
    {
        var furthest = offset + (long)Math.Max(0, budget) * TokenCounter.MostCharactersPerToken;
        var end = offset;
        for (var used = 0; end < text.Length;)
        {
            var next = TextCuts.LineEnd(text, end);
            if (next > furthest) break;
            used += counter.Count(text.AsSpan(end, next - end));
            if (used > budget) break;
            end = next;
        }
        // The whole may take more tokens than its lines: give lines back until it fits.
        for (; end > offset; end = LineEndBefore(text, offset, end))
        {
            if (counter.Count(text.AsSpan(offset, end - offset)) <= budget) return end;
        }
        var line = (int)Math.Min(TextCuts.LineEnd(text, offset), furthest);
        return offset + Fitting(text, offset, line - offset, budget);
    }

    private static int LineEndBefore(string text, int offset, int end) =>
        offset + text.AsSpan(offset, end - offset - 1).LastIndexOf('\n') + 1;

    /// <summary>Shrinks <paramref name="length"/> until it fits <paramref name="budget"/> tokens: in proportion, so quickly.</summary>
    private int Fitting(string text, int offset, int length, int budget)
    {
        while (length > 0)
        {
            var tokens = counter.Count(text.AsSpan(offset, length));
            if (tokens <= budget && !TextCuts.Splits(text, offset + length)) return length;
            length = Math.Min(length - 1, (int)((long)length * budget / Math.Max(tokens, 1)));
        }
        return 0;
    }
}
