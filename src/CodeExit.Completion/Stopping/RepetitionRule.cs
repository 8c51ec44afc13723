namespace CodeExit.Completion.Stopping;

/// <summary>Ends where the same line comes a third time in a row, blank lines not counted, and keeps the first.</summary>
internal sealed class RepetitionRule : IStopRule
{
    private const int Most = 3;

    private int _lineStart;
    private int _firstEnd;
    private int _times;

    public Stop? Look(SuggestionText text) => text.Last == '\n' ? AtLine(text) : null;

    public Stop? LookAtEnd(SuggestionText text) => text.Last == '\n' ? null : AtLine(text);

    private Stop? AtLine(SuggestionText text)
    {
        var line = text.Line.TrimEnd();
        if (line.IsEmpty) return null;
        if (_times > 0 && line.SequenceEqual(text.All[_lineStart.._firstEnd]))
            return ++_times < Most ? null : new Stop(StopReason.Repetition, _firstEnd);
        (_times, _lineStart, _firstEnd) = (1, text.LineStart, text.LineStart + line.Length);
        return null;
    }
}
