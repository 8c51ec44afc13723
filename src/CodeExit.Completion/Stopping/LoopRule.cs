namespace CodeExit.Completion.Stopping;

/// <summary>
/// Ends where the text goes round in a circle: <c>name, name, name, …</c> on one line, or a few lines over and over. Small models fall into
/// this often, and would fill the whole budget with it. Keeps the first round.
/// </summary>
/// <remarks>Rules and rows of dashes repeat rightly: a piece without a letter or digit is no loop.</remarks>
internal sealed class LoopRule : IStopRule
{
    private const int TimesAcrossLines = 3;

    // A row of a table or matrix may well say the same a few times.
    private const int TimesWithinLine = 6;
    private const int LeastWithinLine = 24;

    private readonly LoopFinder _finder = new();

    public Stop? Look(SuggestionText text)
    {
        var again = _finder.Look(text.All[text.Origin..], IsLoop);
        return again == 0 ? null : new Stop(StopReason.Repetition, text.ContentEnd(text.Length - again));
    }

    private static bool IsLoop(ReadOnlySpan<char> piece, int characters)
    {
        var least = piece.Contains('\n') ? TimesAcrossLines * piece.Length : Math.Max(TimesWithinLine * piece.Length, LeastWithinLine);
        if (characters < least) return false;
        foreach (var character in piece)
        {
            if (char.IsLetterOrDigit(character)) return true;
        }
        return false;
    }
}
