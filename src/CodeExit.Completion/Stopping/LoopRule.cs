namespace CodeExit.Completion.Stopping;

/// <summary>
/// Ends where the text goes round in a circle: <c>name, name, name, …</c> on one line, or a few lines over and over. Small models fall into
/// this often, and would fill the whole budget with it. Keeps the first round.
/// </summary>
/// <remarks>Rules and rows of dashes repeat rightly: a piece without a letter or digit is no loop.</remarks>
internal sealed class LoopRule : IStopRule
{
    private const int LongestPiece = 256;
    private const int TimesAcrossLines = 3;

    // A row of a table or matrix may well say the same a few times.
    private const int TimesWithinLine = 6;
    private const int LeastWithinLine = 24;

    // For each length of a piece: how many characters, up to the last one, are the same as that length before them.
    private readonly int[] _same = new int[LongestPiece + 1];

    public Stop? Look(SuggestionText text)
    {
        var said = text.All[text.Origin..];
        var longest = Math.Min(LongestPiece, said.Length - 1);
        for (var length = 1; length <= longest; length++)
        {
            _same[length] = said[^1] == said[^(length + 1)] ? _same[length] + 1 : 0;
            if (_same[length] >= (TimesAcrossLines - 1) * length && IsLoop(said[^length..], _same[length] + length))
                return new Stop(StopReason.Repetition, text.ContentEnd(text.Length - _same[length]));
        }
        return null;
    }

    private static bool IsLoop(ReadOnlySpan<char> piece, int characters)
    {
        if (!piece.Contains('\n') && characters < Math.Max(TimesWithinLine * piece.Length, LeastWithinLine)) return false;
        foreach (var character in piece)
        {
            if (char.IsLetterOrDigit(character)) return true;
        }
        return false;
    }
}
