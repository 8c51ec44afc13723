using System.Text;

namespace CodeExit.Completion.Stopping;

/// <summary>
/// Ends where the suggestion has written what already follows the cursor on its line: the whole rest, or the bracket or quote that the
/// rest begins with, where that closes one from before the cursor. <c>f(|)</c> takes <c>g(x)</c> whole, but not the next <c>)</c>.
/// </summary>
internal sealed class RepeatsRestOfLineRule : IStopRule
{
    private readonly OpenBrackets _own = new();
    private readonly string _rest;
    private readonly string _gap;
    private readonly bool _restClosesBracket, _restClosesString;
    private CodeScanner _scanner;

    public RepeatsRestOfLineRule(CursorContext cursor)
    {
        _rest = cursor.RestOfLine.Trim();
        _gap = cursor.RestOfLine[..cursor.RestOfLine.IndexOf(_rest[0])];
        _scanner = cursor.Scanner;
        _restClosesBracket = OpenBrackets.IsCloser(_rest[0]);
        _restClosesString = _rest[0] is '"' or '\'' or '`' && cursor.InString;
    }

    public Stop? Look(SuggestionText text)
    {
        var (last, wasInString) = (text.Last, _scanner.InString);
        var isCode = _scanner.Add(last);
        if (_restClosesString) return last == _rest[0] && wasInString && !_scanner.InString ? StopAt(text, text.Length - _scanner.QuotesOfLastString) : null;
        if (_restClosesBracket && isCode && last == _rest[0] && !_own.Closes(last)) return StopAt(text, text.Length - 1);
        if (isCode) _own.Add(last);
        if (_restClosesBracket) return null;
        // A rest that ends in a word is complete only once that word is.
        if (!IsWord(_rest[^1])) return AtRest(text, text.Length);
        return IsWord(last) ? null : AtRest(text, text.Length - 1);
    }

    public Stop? LookAtEnd(SuggestionText text) => _restClosesBracket || _restClosesString ? null : AtRest(text, text.Length);

    private Stop? AtRest(SuggestionText text, int end)
    {
        var start = end - _rest.Length;
        if (start < text.Origin || _own.Any || !text.All[start..end].SequenceEqual(_rest)) return null;
        var withinWord = start > text.Origin && IsWord(_rest[0]) && IsWord(text.All[start - 1]);
        return withinWord ? null : StopAt(text, start);
    }

    private Stop StopAt(SuggestionText text, int end)
    {
        // The white space before the rest is there already, too.
        var repeatsGap = text.All[text.Origin..end].EndsWith(_gap);
        return new Stop(StopReason.RepeatsSuffix, repeatsGap ? end - _gap.Length : end);
    }

    private static bool IsWord(char character) => char.IsLetterOrDigit(character) || character == '_';
}
