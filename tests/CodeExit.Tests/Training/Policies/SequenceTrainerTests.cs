using CodeExit.Training.Policies;
using CodeExit.Training.States;

namespace CodeExit.Tests.Training.Policies;

public sealed class SequenceTrainerTests
{
    private const int TextCount = 2000, PerText = 6; // two tokens of the prompt, four of the truth

    private const int Places = 2;

    /// <summary>
    /// The first exit keeps the whole text where the place says so, and nothing elsewhere. The second is wrong of the third token in four, so it
    /// keeps half, although it is right of the fourth again. The third keeps all where the first truth token's state says so. What the exits
    /// say of the prompt, and states of other tokens, must not count.
    /// </summary>
    [Fact]
    public void Train_PlaceAndStateThatTell_SaysWhatEachExitKeeps()
    {
        var random = new Random(1);
        var places = Enumerable.Range(0, TextCount).Select(_ => random.Next(2) * 2f - 1).ToArray();
        var told = Enumerable.Range(0, TextCount).Select(_ => random.Next(2) * 2f - 1).ToArray();
        var texts = Enumerable.Range(0, TextCount * PerText).Select(token => token / PerText).ToArray();
        var toy = ToySet.Create(
            [2, 4, 6, 8], texts,
            (_, token) => [(token % PerText == 2 ? 1 : -1) * told[token / PerText], 0.5f * random.Normal(), 1],
            (exit, token) => token % PerText < 2
                ? random.Next(2) == 0
                : exit switch
                {
                    0 => places[token / PerText] > 0,
                    1 => token % PerText != 4,
                    _ => told[token / PerText] > 0,
                });
        var set = toy with
        {
            States = toy.States with { InTruth = [.. texts.Select((_, token) => token % PerText >= 2)] },
            Texts = [.. places.Select(place => new TuningText([0], [1], [place, 1]))],
        };

        var (name, probe) = SequenceTrainer.Train(set, 1, default);

        Assert.Equal(("sequence", 3 + Places, 3), (name, probe.Inputs, probe.Outputs));
        foreach (var (place, state) in new[] { (1, 1), (1, -1), (-1, 1), (-1, -1) })
        {
            var kept = ToySet.Ask(probe, [state, 0, 1], place, 1).Select(logit => ToySet.Sigmoid(logit)).ToArray();
            Assert.Equal(place > 0 ? 1 : 0, kept[0], 0.2);
            Assert.Equal(0.5, kept[1], 0.1);
            Assert.Equal(state > 0 ? 1 : 0, kept[2], 0.2);
        }
        // Some requests come without a place: undecided there, but not about what the state tells.
        var unknown = ToySet.Ask(probe, [1, 0, 1], 0, 0).Select(logit => ToySet.Sigmoid(logit)).ToArray();
        Assert.Equal(0.5, unknown[0], 0.25);
        Assert.InRange(unknown[2], 0.7, 1);
    }
}
