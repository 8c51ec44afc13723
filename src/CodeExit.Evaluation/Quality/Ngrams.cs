namespace CodeExit.Evaluation.Quality;

/// <summary>How often each run of n items occurs.</summary>
internal static class Ngrams
{
    public static Dictionary<string, int> Count(IReadOnlyList<string> items, int n)
    {
        var counts = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var start = 0; start + n <= items.Count; start++)
        {
            var key = string.Join('\0', items.Skip(start).Take(n));
            counts[key] = counts.GetValueOrDefault(key) + 1;
        }
        return counts;
    }

    /// <summary>Occurrences on the left that the right has too, none counted twice, and all on the left.</summary>
    public static (int Matches, int Total) Overlap(Dictionary<string, int> left, Dictionary<string, int> right) =>
        (left.Sum(each => Math.Min(each.Value, right.GetValueOrDefault(each.Key))), left.Values.Sum());
}
