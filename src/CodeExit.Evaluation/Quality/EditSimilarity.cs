namespace CodeExit.Evaluation.Quality;

/// <summary>1 − Levenshtein distance / length of the longer text; 1 for two empty texts. Distances count UTF-16 units.</summary>
public static class EditSimilarity
{
    public static double Of(string text, string reference)
    {
        var longer = Math.Max(text.Length, reference.Length);
        return longer == 0 ? 1 : 1 - (double)Distance(text, reference) / longer;
    }

    /// <summary>Fewest insertions, deletions and replacements that turn one text into the other.</summary>
    internal static int Distance(string text, string reference)
    {
        var row = new int[reference.Length + 1];
        for (var j = 0; j <= reference.Length; j++) row[j] = j;
        for (var i = 1; i <= text.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= reference.Length; j++)
            {
                var replaced = diagonal + (text[i - 1] == reference[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(replaced, Math.Min(row[j], row[j - 1]) + 1);
            }
        }
        return row[^1];
    }
}
