using CodeExit.Inference.EarlyExit;
using CodeExit.Inference.EarlyExit.Learned;

namespace CodeExit.Training.Policies;

/// <summary>
/// One depth for a request: a network that sees the prompt's state after the first exit, and the place, and says for each exit how much of
/// full depth's text is kept there: the share of the text before the first token that the exit would have said otherwise.
/// </summary>
internal static class SequenceTrainer
{
    /// <summary>How often the place is hidden, so that the network can do without it.</summary>
    private const double Unknown = 0.1;

    public static (string Name, ProbeNetwork Probe) Train(TrainingSet set, int seed, CancellationToken cancellationToken)
    {
        var (tokens, kept) = Kept(set);
        var (hidden, random) = (set.States.Hidden, new Random(seed));
        var network = LogisticTrainer.Train(
            hidden + set.Texts[0].Place.Length, set.Choices, tokens.Count,
            (sample, input, target, weight) =>
            {
                set.Normalized(0, tokens[sample], input[..hidden]);
                if (random.NextDouble() < Unknown) input[hidden..].Clear();
                else set.Texts[set.States.Texts[tokens[sample]]].Place.CopyTo(input[hidden..]);
                kept[sample].CopyTo(target);
                weight.Fill(1);
            },
            new LogisticOptions { Hidden = [32], Epochs = 30 }, seed, cancellationToken);
        return (SequencePolicy.Name, network);
    }

    /// <summary>For each text, its first token's state and what each exit keeps.</summary>
    private static (List<int> Tokens, List<float[]> Kept) Kept(TrainingSet set)
    {
        var (first, kept) = (new List<int>(), new List<float[]>());
        for (var start = 0; start < set.States.Count;)
        {
            var text = set.States.Texts[start];
            while (start < set.States.Count && set.States.Texts[start] == text && !set.States.InTruth[start]) start++;
            var end = start;
            while (end < set.States.Count && set.States.Texts[end] == text) end++;
            if (end > start)
            {
                first.Add(start);
                kept.Add([.. Enumerable.Range(0, set.Choices).Select(exit => (float)Enumerable.Range(start, end - start).TakeWhile(token => set.Readings.Agrees(exit, token)).Count() / (end - start))]);
            }
            start = end;
        }
        return (first, kept);
    }
}
