namespace CodeExit.Completion.Stopping;

/// <summary>
/// Where text follows the cursor on its line, a suggestion is one line. In front of a whole statement it is a line of its own, and
/// then keeps its terminator and the indentation after it: without them it would run into that statement.
/// </summary>
internal sealed class EndOfLineRule(CursorContext cursor) : IStopRule
{
    private readonly bool _beforeStatement = string.IsNullOrWhiteSpace(cursor.LinePrefix);
    private int _end = -1;

    public Stop? Look(SuggestionText text)
    {
        if (text.Last == '\n' && _end < 0)
        {
            _end = text.Length - (text.All is [.., '\r', '\n'] ? 2 : 1);
            if (!_beforeStatement || !text.HasContent(_end)) return LookAtEnd(text);
        }
        if (_end < 0) return null;
        var indentation = text.LineNumber == 0 ? [] : text.Line;
        if (indentation.SequenceEqual(cursor.LinePrefix)) return new Stop(StopReason.EndOfLine, text.Length);
        return cursor.LinePrefix.AsSpan().StartsWith(indentation) ? null : LookAtEnd(text);
    }

    public Stop? LookAtEnd(SuggestionText text) => _end < 0 ? null : new Stop(StopReason.EndOfLine, _end);
}
