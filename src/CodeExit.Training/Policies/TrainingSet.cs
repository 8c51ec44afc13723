using CodeExit.Inference.EarlyExit.Learned;
using CodeExit.Training.States;

namespace CodeExit.Training.Policies;

/// <summary>What policies are learned from: states, and what the exits make of them.</summary>
/// <param name="ReadOutLayers">What a read-out costs, in layers.</param>
internal sealed record TrainingSet(TokenStates States, ExitReadings Readings, IReadOnlyList<TuningText> Texts, double ReadOutLayers)
{
    public int[] Exits => States.Exits;

    /// <summary>Exits that a policy has a choice at.</summary>
    public int Choices => Exits.Length - 1;

    public void Normalized(int exit, int token, Span<float> input) => StateNormalization.Apply(States.State(exit, token), input);
}
