namespace CodeExit.Completion.Stopping;

/// <summary>
/// Ends where the text goes round in a circle and counts: <c>a1, a2, a3, …</c>, or lines that differ in their numbers only. Keeps the first
/// round. Rows of bare numbers are data, and no loop.
/// </summary>
internal sealed class CountingLoopRule : IStopRule
{
    private const int TimesAcrossLines = 4;
    private const int TimesWithinLine = 6;
    private const int LeastWithinLine = 24;
    private const char Number = '#';

    private readonly LoopFinder _finder = new();

    // The suggestion with each number as one mark, and where in it each character ends.
    private readonly List<int> _ends = [];
    private char[] _skeleton = new char[256];

    public Stop? Look(SuggestionText text)
    {
        var character = char.IsAsciiDigit(text.Last) ? Number : text.Last;
        if (character == Number && _ends.Count > 0 && _skeleton[_ends.Count - 1] == Number)
        {
            _ends[^1] = text.Length;
            return null;
        }
        if (_ends.Count == _skeleton.Length) Array.Resize(ref _skeleton, 2 * _skeleton.Length);
        _skeleton[_ends.Count] = character;
        _ends.Add(text.Length);
        var again = _finder.Look(_skeleton.AsSpan(0, _ends.Count), IsLoop);
        return again == 0 ? null : new Stop(StopReason.Repetition, text.ContentEnd(_ends[_ends.Count - again - 1]));
    }

    private static bool IsLoop(ReadOnlySpan<char> piece, int characters)
    {
        var least = piece.Contains('\n') ? TimesAcrossLines * piece.Length : Math.Max(TimesWithinLine * piece.Length, LeastWithinLine);
        if (characters < least || !piece.Contains(Number)) return false;
        foreach (var character in piece)
        {
            if (char.IsLetter(character)) return true;
        }
        return false;
    }
}
