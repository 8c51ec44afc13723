namespace CodeExit.Evaluation.Quality;

/// <summary>ROUGE-L (Lin 2004), F1: twice the longest common subsequence of words over the words of both texts.</summary>
public static class RougeL
{
    public static double Of(string text, string reference)
    {
        var (ours, theirs) = (CodeWords.Of(text), CodeWords.Of(reference));
        var words = ours.Length + theirs.Length;
        return words == 0 ? 1 : 2.0 * LongestCommonSubsequence(ours, theirs) / words;
    }

    private static int LongestCommonSubsequence(string[] left, string[] right)
    {
        var row = new int[right.Length + 1];
        foreach (var word in left)
        {
            var diagonal = 0;
            for (var j = 1; j <= right.Length; j++)
            {
                var found = word == right[j - 1] ? diagonal + 1 : Math.Max(row[j], row[j - 1]);
                diagonal = row[j];
                row[j] = found;
            }
        }
        return row[^1];
    }
}
