namespace CodeExit.Completion.Stopping;

/// <summary>
/// Ends before a bracket that closes nothing: nothing that the suggestion opened, and nothing before the cursor that is not closed behind it.
/// <c>f(|, b)</c> takes <c>g(x)</c>, but no further <c>)</c>.
/// </summary>
internal sealed class UnbalancedCloserRule(CursorContext cursor) : IStopRule
{
    private readonly OpenBrackets _own = new();
    private CodeScanner _scanner = cursor.Scanner;
    private int _closed;

    public Stop? Look(SuggestionText text)
    {
        var character = text.Last;
        if (!_scanner.Add(character)) return null;
        if (!OpenBrackets.IsCloser(character))
        {
            _own.Add(character);
            return null;
        }
        if (_own.Any ? _own.Innermost == character : ClosesAnother(character))
        {
            if (_own.Any) _own.Add(character);
            else _closed++;
            return null;
        }
        return new Stop(cursor.ClosersFollow ? StopReason.RepeatsSuffix : StopReason.UnbalancedCloser, text.ContentEnd(text.Length - 1));
    }

    private bool ClosesAnother(char character) => _closed < cursor.MissingClosers.Count && cursor.MissingClosers[_closed] == character;
}
