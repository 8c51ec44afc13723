namespace CodeExit.Completion.Stopping;

/// <summary>Ends at a gap of two blank lines. A suggestion may begin with one, as PEP 8 wants it before a function.</summary>
internal sealed class BlankLinesRule : IStopRule
{
    private const int Gap = 2;

    private int _blankLines;

    public Stop? Look(SuggestionText text)
    {
        if (text.Last != '\n') return null;
        _blankLines = text.Line.IsWhiteSpace() ? _blankLines + 1 : 0;
        var allowed = text.HasContent(text.LineStart) ? Gap : Gap + 1;
        return _blankLines < allowed ? null : new Stop(StopReason.BlankLines, text.ContentEnd(text.LineStart));
    }
}
