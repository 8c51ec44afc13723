using CodeExit.Inference.EarlyExit;
using CodeExit.Inference.EarlyExit.Learned;

namespace CodeExit.Training.Policies;

/// <summary>
/// SEC's Stop (2401.09964): for each exit a linear probe of whether even full depth gets the next token wrong. Only tokens that were to be
/// completed count: those of the prompt have no text after them.
/// </summary>
internal static class StopTrainer
{
    public static IEnumerable<(string Name, ProbeNetwork Probe)> Train(TrainingSet set, int seed, CancellationToken cancellationToken)
    {
        var tokens = Enumerable.Range(0, set.States.Count).Where(token => set.States.InTruth[token]).ToArray();
        for (var exit = 0; exit < set.Choices; exit++)
        {
            var at = exit;
            yield return (StoppingPolicy.Probe(set.Exits[exit]), LogisticTrainer.Train(
                set.States.Hidden, 1, tokens.Length,
                (sample, input, target, weight) =>
                {
                    set.Normalized(at, tokens[sample], input);
                    target[0] = set.Readings.Said[^1][tokens[sample]] == set.States.Next[tokens[sample]] ? 0 : 1;
                    weight[0] = 1;
                },
                new LogisticOptions(), seed + exit, cancellationToken));
        }
    }
}
