using CodeExit.Inference.EarlyExit;
using CodeExit.Inference.EarlyExit.Learned;
using CodeExit.Training.Policies;
using CodeExit.Training.States;

namespace CodeExit.Tests.Training.Policies;

/// <summary>Training sets where the right answer is known.</summary>
internal static class ToySet
{
    /// <param name="exits">Layers; the last is full depth.</param>
    /// <param name="texts">For each token, the text that it is from.</param>
    /// <param name="state">From exit and token to its state.</param>
    /// <param name="agrees">Whether an exit (never the last) says what full depth says.</param>
    public static TrainingSet Create(int[] exits, int[] texts, Func<int, int, float[]> state, Func<int, int, bool> agrees)
    {
        var count = texts.Length;
        var states = exits.Select((_, exit) => Enumerable.Range(0, count).SelectMany(token => state(exit, token)).ToArray()).ToArray();
        var said = exits.Select((_, exit) => Enumerable.Range(0, count).Select(token => exit == exits.Length - 1 || agrees(exit, token) ? 1 : 2).ToArray()).ToArray();
        var regret = exits.Select(_ => new float[count]).ToArray();
        var tokens = new TokenStates(exits, texts, [.. Enumerable.Repeat(true, count)], [.. Enumerable.Repeat(1, count)], states);
        var certainties = exits.Select(_ => new float[count * Certainty.Values]).ToArray();
        return new TrainingSet(tokens, new ExitReadings(exits, said, regret, certainties), [.. Enumerable.Range(0, texts.Max() + 1).Select(_ => new TuningText([0], [1], []))], ReadOutLayers: 1);
    }

    /// <summary>What a probe gives for a state as policies show it.</summary>
    public static float[] Ask(ProbeNetwork probe, ReadOnlySpan<float> state, params ReadOnlySpan<float> more)
    {
        var input = new float[state.Length + more.Length];
        StateNormalization.Apply(state, input.AsSpan(0, state.Length));
        more.CopyTo(input.AsSpan(state.Length));
        return probe.Evaluate(input).ToArray();
    }

    public static double Sigmoid(double logit) => 1 / (1 + Math.Exp(-logit));
}
