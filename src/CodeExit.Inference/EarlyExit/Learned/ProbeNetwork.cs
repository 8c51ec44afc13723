using System.Numerics.Tensors;

namespace CodeExit.Inference.EarlyExit.Learned;

/// <summary>
/// A small dense network that a policy asks at an exit: tanh between its layers, linear at its end. Serves one caller at a time, and
/// allocates nothing after construction.
/// </summary>
public sealed class ProbeNetwork
{
    private readonly ProbeLayer[] _layers;
    private readonly float[][] _outputs;

    /// <exception cref="ArgumentException">No layer, or two that do not fit each other.</exception>
    public ProbeNetwork(IReadOnlyList<ProbeLayer> layers)
    {
        if (layers.Count == 0) throw new ArgumentException("A probe has at least one layer.", nameof(layers));
        for (var i = 1; i < layers.Count; i++)
        {
            if (layers[i].Inputs == layers[i - 1].Outputs) continue;
            throw new ArgumentException($"Layer {i} takes {layers[i].Inputs} values, but layer {i - 1} gives {layers[i - 1].Outputs}.", nameof(layers));
        }
        _layers = [.. layers];
        _outputs = [.. layers.Select(layer => new float[layer.Outputs])];
    }

    public IReadOnlyList<ProbeLayer> Layers => _layers;

    public int Inputs => _layers[0].Inputs;

    public int Outputs => _layers[^1].Outputs;

    /// <summary>What an output that is a logit says: σ(logit).</summary>
    public static float Probability(float logit) => 1 / (1 + MathF.Exp(-logit));

    /// <returns>[<see cref="Outputs"/>], valid until the next call.</returns>
    public ReadOnlySpan<float> Evaluate(ReadOnlySpan<float> input)
    {
        for (var i = 0; ; i++)
        {
            var output = _outputs[i];
            _layers[i].Apply(input, output);
            if (i == _layers.Length - 1) return output;
            TensorPrimitives.Tanh<float>(output, output);
            input = output;
        }
    }
}
