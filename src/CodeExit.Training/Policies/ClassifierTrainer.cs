using CodeExit.Inference.EarlyExit;
using CodeExit.Inference.EarlyExit.Learned;

namespace CodeExit.Training.Policies;

/// <summary>CALM's classifiers (2207.07061): for each exit a linear probe of whether it says what full depth says, both cases counting alike.</summary>
internal static class ClassifierTrainer
{
    public static IEnumerable<(string Name, ProbeNetwork Probe)> Train(TrainingSet set, int seed, CancellationToken cancellationToken)
    {
        for (var exit = 0; exit < set.Choices; exit++)
        {
            var at = exit;
            var agree = (float)Enumerable.Range(0, set.States.Count).Count(token => set.Readings.Agrees(at, token)) / set.States.Count;
            var (ofRight, ofWrong) = (0.5f / Math.Max(agree, 1e-3f), 0.5f / Math.Max(1 - agree, 1e-3f));
            yield return (ClassifierPolicy.Probe(set.Exits[exit]), LogisticTrainer.Train(
                set.States.Hidden, 1, set.States.Count,
                (token, input, target, weight) =>
                {
                    set.Normalized(at, token, input);
                    var right = set.Readings.Agrees(at, token);
                    (target[0], weight[0]) = right ? (1, ofRight) : (0, ofWrong);
                },
                new LogisticOptions(), seed + exit, cancellationToken));
        }
    }
}
