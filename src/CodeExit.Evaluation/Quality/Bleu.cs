namespace CodeExit.Evaluation.Quality;

/// <summary>
/// BLEU-4 of one text (Papineni et al. 2002), smoothed as Lin and Och (2004) do: one is added to matches and counts of all n-grams longer
/// than a word.
/// </summary>
public static class Bleu
{
    private const int Longest = 4;

    public static double Of(string text, string reference)
    {
        var (ours, theirs) = (CodeWords.Of(text), CodeWords.Of(reference));
        if (ours.Length == 0 || theirs.Length == 0) return ours.Length == theirs.Length ? 1 : 0;
        var logarithms = 0d;
        for (var n = 1; n <= Longest; n++)
        {
            var added = n == 1 ? 0 : 1;
            var (matches, total) = Ngrams.Overlap(Ngrams.Count(ours, n), Ngrams.Count(theirs, n));
            if (matches + added == 0) return 0;
            // A text shorter than n words counts as one run of n that is found nowhere.
            logarithms += Math.Log((double)(matches + added) / (Math.Max(1, total) + added)) / Longest;
        }
        var brevity = ours.Length >= theirs.Length ? 1 : Math.Exp(1 - (double)theirs.Length / ours.Length);
        return brevity * Math.Exp(logarithms);
    }
}
