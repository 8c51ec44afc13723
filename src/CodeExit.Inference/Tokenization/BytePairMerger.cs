namespace CodeExit.Inference.Tokenization;

/// <summary>Joins neighbouring tokens, best rank first and leftmost first, until no rule applies.</summary>
internal sealed class BytePairMerger(MergeTable merges)
{
    // Up to here rescanning a word after each merge beats the queue.
    private const int LongWord = 96;

    /// <summary>Merges <paramref name="tokens"/> in place.</summary>
    /// <returns>How many are left, at the front.</returns>
    public int Apply(Span<int> tokens) => tokens.Length <= LongWord ? ApplyByScanning(tokens) : ApplyByQueue(tokens);

    private int ApplyByScanning(Span<int> tokens)
    {
        Span<Merge> pairs = stackalloc Merge[LongWord]; // pairs[i] joins tokens[i] and tokens[i + 1]
        var count = tokens.Length;
        for (var i = 0; i + 1 < count; i++)
            pairs[i] = merges.Find(tokens[i], tokens[i + 1]);
        while (true)
        {
            var best = -1;
            var bestRank = int.MaxValue;
            for (var i = 0; i + 1 < count; i++)
            {
                if (pairs[i].Rank < bestRank)
                    (best, bestRank) = (i, pairs[i].Rank);
            }
            if (best < 0)
                return count;
            tokens[best] = pairs[best].Id;
            tokens[(best + 2)..count].CopyTo(tokens[(best + 1)..]);
            pairs[(best + 1)..count].CopyTo(pairs[best..]);
            count--;
            if (best + 1 < count)
                pairs[best] = merges.Find(tokens[best], tokens[best + 1]);
            if (best > 0)
                pairs[best - 1] = merges.Find(tokens[best - 1], tokens[best]);
        }
    }

    // n log n for a word of any length: the candidates wait in a queue by rank, then position; tokens merged away leave a hole.
    private int ApplyByQueue(Span<int> tokens)
    {
        const int hole = -1;
        var next = new int[tokens.Length];
        var previous = new int[tokens.Length];
        var queue = new PriorityQueue<Candidate, (int Rank, int Position)>();
        for (var i = 0; i < tokens.Length; i++)
        {
            (previous[i], next[i]) = (i - 1, i + 1);
            Consider(tokens, i, i + 1, queue);
        }
        while (queue.TryDequeue(out var candidate, out _))
        {
            var (left, right) = (candidate.Position, next[candidate.Position]);
            if (right >= tokens.Length || tokens[left] != candidate.Left || tokens[right] != candidate.Right)
                continue; // one of the two has since been merged with another neighbour
            tokens[left] = candidate.Merged;
            tokens[right] = hole;
            next[left] = next[right];
            if (next[left] < tokens.Length)
                previous[next[left]] = left;
            Consider(tokens, left, next[left], queue);
            Consider(tokens, previous[left], left, queue);
        }
        var count = 0;
        foreach (var token in tokens)
        {
            if (token != hole)
                tokens[count++] = token;
        }
        return count;
    }

    private void Consider(Span<int> tokens, int left, int right, PriorityQueue<Candidate, (int Rank, int Position)> queue)
    {
        if (left < 0 || right >= tokens.Length)
            return;
        var merge = merges.Find(tokens[left], tokens[right]);
        if (merge.Id >= 0)
            queue.Enqueue(new Candidate(left, tokens[left], tokens[right], merge.Id), (merge.Rank, left));
    }

    private readonly record struct Candidate(int Position, int Left, int Right, int Merged);
}
