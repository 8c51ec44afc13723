using System.Numerics.Tensors;

namespace CodeExit.Inference.EarlyExit.Learned;

/// <summary>What probes are trained on and asked with: a hidden state divided by its root mean square.</summary>
public static class StateNormalization
{
    // Far below any state's mean square; keeps a state of zeros finite.
    private const float Epsilon = 1e-6f;

    public static void Apply(ReadOnlySpan<float> state, Span<float> normalized) =>
        TensorPrimitives.Multiply(state, 1 / MathF.Sqrt(TensorPrimitives.SumOfSquares(state) / state.Length + Epsilon), normalized);
}
