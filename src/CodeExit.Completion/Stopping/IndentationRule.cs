namespace CodeExit.Completion.Stopping;

/// <summary>
/// Ends before a line that is not indented as the document is: with the other kind of blanks, or one level deeper by another width. The kind
/// is written the document's way before this rule sees it, where that can be done without loss.
/// </summary>
internal sealed class IndentationRule(CursorContext cursor) : IStopRule
{
    private string _above = string.IsNullOrWhiteSpace(cursor.LinePrefix) && cursor.PreviousLines is [var last, ..] ? last : cursor.LinePrefix;
    private bool _inIndentation = string.IsNullOrWhiteSpace(cursor.LinePrefix);

    public Stop? Look(SuggestionText text)
    {
        var character = text.Last;
        if (character == '\n')
        {
            if (!text.Line.IsWhiteSpace()) _above = text.Line.TrimEnd().ToString();
            _inIndentation = true;
            return null;
        }
        if (!_inIndentation || char.IsWhiteSpace(character)) return null;
        _inIndentation = false;
        var own = text.All[Math.Max(text.LineStart, text.Origin)..^1];
        return IsRightKind(own, character) && IsRightWidth(text.Line) ? null : new Stop(StopReason.WrongIndentation, text.ContentEnd(text.LineStart));
    }

    private bool IsRightKind(ReadOnlySpan<char> blanks, char first) => cursor.Indentation.Character switch
    {
        ' ' => !blanks.Contains('\t'),
        // Tabs indent, spaces behind them align; " * " continues a comment.
        '\t' => blanks.IndexOf(' ') is var space && (space < 0 || (!blanks[space..].Contains('\t') && (space > 0 || first == '*' || cursor.LinePrefix.Contains('\t')))),
        _ => true,
    };

    private bool IsRightWidth(ReadOnlySpan<char> line)
    {
        if (cursor.Indentation.Width is not (> 0 and var width) || !IndentationStyle.OpensLevel(_above)) return true;
        var above = Indentation.Columns(_above);
        var columns = Indentation.Columns(line);
        return above % width != 0 || columns <= above || columns == above + width;
    }
}
