namespace CodeExit.Completion.Stopping;

/// <summary>
/// Ends at the first new line that is indented less than the block the cursor is in. That block is the one that the cursor's line opens,
/// where it does, else the one that holds the line. A line that begins by closing a bracket which the cursor's line or the suggestion
/// opened still belongs to it.
/// </summary>
internal sealed class DedentRule : IStopRule
{
    private readonly OpenBrackets _opened = new();
    private readonly bool _cursorLineHasText;
    private int _leastColumns;
    private bool _blockKnown;
    private bool _inIndentation;

    public DedentRule(CursorContext cursor)
    {
        _opened.Add(cursor.LinePrefix);
        _leastColumns = Indentation.Columns(cursor.LinePrefix);
        _cursorLineHasText = !string.IsNullOrWhiteSpace(cursor.LinePrefix);
        _inIndentation = !_cursorLineHasText;
    }

    public Stop? Look(SuggestionText text)
    {
        var character = text.Last;
        var beginsLine = _inIndentation && !char.IsWhiteSpace(character);
        _inIndentation = character == '\n' || (_inIndentation && !beginsLine);
        if (beginsLine && !Belongs(character, Indentation.Columns(text.Line)))
            return new Stop(StopReason.Dedent, text.ContentEnd(text.LineStart));
        _opened.Add(character);
        return null;
    }

    private bool Belongs(char first, int columns)
    {
        if (columns < _leastColumns) return _opened.Closes(first);
        if (!_blockKnown) _leastColumns = BlockColumns(first, columns);
        _blockKnown = true;
        return true;
    }

    /// <summary>The least indentation of the block's lines, from its first new line.</summary>
    private int BlockColumns(char first, int columns)
    {
        if (!_cursorLineHasText) return columns;
        // Deeper than the cursor's line, or a brace below it (Allman): that line opened a block, and its own level lies outside.
        return columns > _leastColumns || first == '{' ? _leastColumns + 1 : _leastColumns;
    }
}
