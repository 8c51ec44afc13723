namespace CodeExit.Completion.Stopping;

/// <summary>
/// Ends where the suggestion begins to write what the document already has on the next lines, indentation included. After something new
/// one line tells. At the very start it takes two (or all there are): a new sibling may well begin as the next one does, with
/// <c>[Fact]</c> or <c>{</c>.
/// </summary>
internal sealed class RepeatsNextLinesRule(CursorContext cursor) : IStopRule
{
    private int _runStart = -1;

    public Stop? Look(SuggestionText text) => text.Last == '\n' ? AtLine(text) : null;

    public Stop? LookAtEnd(SuggestionText text) => text.Last == '\n' ? null : AtLine(text);

    /// <summary>The rule may have waited for a second line that never came. The last line is not what comes next anyway.</summary>
    public int Keep(SuggestionText text, int keep)
    {
        while (cursor.NextLines.Count > 0 && text.HasContent(keep))
        {
            var kept = text.All[..keep];
            var lineStart = kept.TrimEnd().LastIndexOf('\n') + 1;
            if (!kept[lineStart..].TrimEnd().SequenceEqual(cursor.NextLines[0])) break;
            keep = Math.Max(text.Origin, text.ContentEnd(lineStart));
        }
        return keep;
    }

    private Stop? AtLine(SuggestionText text)
    {
        var line = text.Line.TrimEnd();
        if (line.IsEmpty || cursor.NextLines.Count == 0) return null;
        if (_runStart >= 0 && line.SequenceEqual(cursor.NextLines[1])) return StopAt(text, _runStart);
        _runStart = -1;
        if (!line.SequenceEqual(cursor.NextLines[0])) return null;
        if (cursor.NextLines.Count == 1 || text.HasContent(text.LineStart)) return StopAt(text, text.LineStart);
        _runStart = text.LineStart;
        return null;
    }

    private static Stop StopAt(SuggestionText text, int lineStart) => new(StopReason.RepeatsSuffix, text.ContentEnd(lineStart));
}
