namespace CodeExit.Completion.Stopping;

/// <summary>
/// In the middle of a statement, one line is wanted: the rest of it. It goes on over a line end only inside a parenthesis or a square bracket,
/// where no statement ends. A comment ends with its line. Where the cursor's line is done, because it opens a block or because the suggestion
/// begins with a new line, this rule has nothing to say.
/// </summary>
internal sealed class EndOfStatementRule(CursorContext cursor) : IStopRule
{
    private readonly OpenBrackets _open = cursor.OpenOnLine();
    private CodeScanner _scanner = cursor.Scanner;
    private bool _done;

    public Stop? Look(SuggestionText text)
    {
        var character = text.Last;
        if (_done) return null;
        if (character != '\n')
        {
            if (_scanner.Add(character)) _open.Add(character);
            return null;
        }
        if (text.LineNumber == 0 && (!text.HasContent(text.Length) || OnlyOpensBlock(text)))
        {
            _done = true;
            return null;
        }
        _scanner.Add(character);
        var goesOn = !cursor.InComment && (_open.Innermost is ')' or ']' || text.Line.TrimEnd() is [.., '\\']);
        return goesOn ? null : new Stop(StopReason.EndOfLine, text.ContentEnd(text.Length));
    }

    /// <summary>All that was missing is the mark that opens a block, as <c>:</c> after an <c>else</c>: then the block is wanted.</summary>
    private static bool OnlyOpensBlock(SuggestionText text)
    {
        var added = text.All[text.Origin..text.ContentEnd(text.Length)];
        foreach (var character in added)
        {
            if (char.IsLetterOrDigit(character)) return false;
        }
        return IndentationStyle.OpensLevel(added);
    }
}
