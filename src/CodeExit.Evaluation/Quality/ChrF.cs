namespace CodeExit.Evaluation.Quality;

/// <summary>
/// chrF (Popović 2015) with runs of up to 6 characters and β = 2: precision and recall are averaged over the lengths that both texts have,
/// white space left out.
/// </summary>
public static class ChrF
{
    private const int Longest = 6;
    private const double BetaSquared = 4;

    public static double Of(string text, string reference)
    {
        var (ours, theirs) = (Characters(text), Characters(reference));
        if (ours.Length == 0 || theirs.Length == 0) return ours.Length == theirs.Length ? 1 : 0;
        double precision = 0, recall = 0;
        var lengths = Math.Min(Longest, Math.Min(ours.Length, theirs.Length));
        for (var n = 1; n <= lengths; n++)
        {
            var (matches, total) = Ngrams.Overlap(Ngrams.Count(ours, n), Ngrams.Count(theirs, n));
            precision += (double)matches / total / lengths;
            recall += (double)matches / (theirs.Length - n + 1) / lengths;
        }
        return precision + recall == 0 ? 0 : (1 + BetaSquared) * precision * recall / (BetaSquared * precision + recall);
    }

    private static string[] Characters(string text) => [.. text.Where(each => !char.IsWhiteSpace(each)).Select(each => each.ToString())];
}
