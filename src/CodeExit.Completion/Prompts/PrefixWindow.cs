namespace CodeExit.Completion.Prompts;

/// <summary>
/// Chooses where the prompt's prefix begins. Each move of that place costs the whole KV cache, as every later position shifts; so it may
/// only stand on a coarse grid of the document, about a quarter of the window apart, and stays put while one types.
/// </summary>
internal sealed class PrefixWindow(TokenCounter counter)
{
    private readonly List<int> _starts = [];

    /// <summary>The earliest place from which the text up to <paramref name="offset"/> fits <paramref name="budget"/> tokens.</summary>
    /// <remarks>A finer grid is tried where nothing fits, and places inside a line only where that line alone is too long.</remarks>
    public int Start(string text, int offset, int budget)
    {
        // Three characters a token are typical of code: a cell then holds about a quarter of the budget.
        var coarsest = Math.Max(1, budget * 3 / 4);
        foreach (var place in (ReadOnlySpan<Func<string, int, int, int>>)[TextCuts.LineStart, Character])
        {
            for (var cell = coarsest; cell >= 1; cell /= 2)
            {
                var start = Earliest(text, offset, budget, cell, place);
                if (start < offset) return start;
            }
        }
        return offset;
    }

    private static int Character(string text, int from, int limit)
    {
        while (from < limit && TextCuts.Splits(text, from)) from++;
        return from < limit ? from : -1;
    }

    private int Earliest(string text, int offset, int budget, int cell, Func<string, int, int, int> place)
    {
        // Walks the cells up from the cursor, so that no more is encoded than fits, and one cell.
        _starts.Clear();
        var furthest = Math.Max(0, offset - (long)budget * TokenCounter.MostCharactersPerToken);
        var start = offset;
        var used = 0;
        for (var cellStart = (long)(offset - 1) / cell * cell; offset > 0 && cellStart >= 0; cellStart -= cell)
        {
            var candidate = place(text, (int)cellStart, (int)Math.Min(cellStart + cell, start));
            if (candidate >= 0)
            {
                if (candidate < furthest) break;
                used += counter.Count(text.AsSpan(candidate, start - candidate));
                if (used > budget) break;
                _starts.Add(start = candidate);
            }
            else if (cellStart < furthest)
            {
                break;
            }
        }

        // A text may take more tokens than its parts: give cells back until the whole fits.
        for (var i = _starts.Count - 1; i >= 0; i--)
        {
            if (counter.Count(text.AsSpan(_starts[i], offset - _starts[i])) <= budget) return _starts[i];
        }
        return offset;
    }
}
