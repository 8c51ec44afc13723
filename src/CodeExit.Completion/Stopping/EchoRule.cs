namespace CodeExit.Completion.Stopping;

/// <summary>
/// Ends where the suggestion begins by saying again what stands right before the cursor: its first line is the line above, or its first two
/// are two lines in a row a little further up. Nothing of it is kept.
/// </summary>
/// <remarks>Short lines repeat rightly, and so does everything where the document has just done it.</remarks>
internal sealed class EchoRule(CursorContext cursor) : IStopRule
{
    private const int LeastOfOne = 6, LeastOfTwo = 12;

    private IReadOnlyList<string> _before = cursor.PreviousLines;
    private string? _first;
    private bool _done;

    public Stop? Look(SuggestionText text) => text.Last == '\n' ? AtLine(text) : null;

    public Stop? LookAtEnd(SuggestionText text) => text.Last == '\n' ? null : AtLine(text);

    private Stop? AtLine(SuggestionText text)
    {
        if (_done) return null;
        var line = text.Line.TrimEnd();
        if (!text.HasContent(text.Length))
        {
            // The cursor's own line is done: it is the one above now.
            if (text.LineNumber == 0 && !line.IsEmpty) _before = [line.ToString(), .. _before];
            return null;
        }
        if (_first is null)
        {
            _first = line.ToString();
            _done = _before.Count == 0 || (_before is [var last, var other, ..] && last == other);
            if (_done) return null;
            return _first == _before[0] && Letters(line) >= LeastOfOne ? new Stop(StopReason.Repetition, text.Origin) : null;
        }
        if (line.IsEmpty) return null;
        _done = true;
        for (var i = 1; i < _before.Count; i++)
        {
            if (_first == _before[i] && line.SequenceEqual(_before[i - 1]) && Letters(_first) + Letters(line) >= LeastOfTwo)
                return new Stop(StopReason.Repetition, text.Origin);
        }
        return null;
    }

    private static int Letters(ReadOnlySpan<char> line)
    {
        var count = 0;
        foreach (var character in line)
        {
            if (char.IsLetterOrDigit(character)) count++;
        }
        return count;
    }
}
