namespace CodeExit.Completion.Snippets;

/// <summary>The set of identifiers in a piece of code, by their hashes: what pieces of code are compared by.</summary>
internal sealed class Identifiers
{
    /// <summary>Shorter ones (i, x, in) are everywhere.</summary>
    private const int ShortestWord = 3;

    private readonly int[] _hashes; // ascending

    private Identifiers(SortedSet<int> hashes) => _hashes = [.. hashes];

    public static Identifiers In(ReadOnlySpan<char> code)
    {
        var hashes = new SortedSet<int>();
        for (var at = 0; at < code.Length; at++)
        {
            var end = at;
            while (end < code.Length && (char.IsLetterOrDigit(code[end]) || code[end] == '_')) end++;
            if (end - at >= ShortestWord && !char.IsDigit(code[at])) hashes.Add(string.GetHashCode(code[at..end]));
            at = Math.Max(at, end);
        }
        return new Identifiers(hashes);
    }

    /// <summary>Jaccard: how many both have, of those that either has; from 0 to 1.</summary>
    public double Similarity(Identifiers other)
    {
        var (both, mine, theirs) = (0, 0, 0);
        while (mine < _hashes.Length && theirs < other._hashes.Length)
        {
            var order = _hashes[mine].CompareTo(other._hashes[theirs]);
            if (order == 0) both++;
            if (order <= 0) mine++;
            if (order >= 0) theirs++;
        }
        var either = _hashes.Length + other._hashes.Length - both;
        return either == 0 ? 0 : (double)both / either;
    }
}
