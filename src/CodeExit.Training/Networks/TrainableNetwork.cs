using System.Numerics.Tensors;
using CodeExit.Inference.EarlyExit.Learned;

namespace CodeExit.Training.Networks;

/// <summary>A <see cref="ProbeNetwork"/> that is being learned: dense layers, tanh between them.</summary>
internal sealed class TrainableNetwork
{
    private readonly TrainableLayer[] _layers;
    private readonly float[][] _activations; // the output of each layer, behind its tanh
    private readonly float[][] _gradients;

    /// <param name="sizes">Inputs, hidden layers, outputs.</param>
    /// <param name="most">Most rows of a batch.</param>
    /// <param name="outputScale">Scale of the last layer's first weights: small makes all first answers alike.</param>
    public TrainableNetwork(int[] sizes, int most, int seed, float outputScale = 0.1f, float epsilon = 1e-8f)
    {
        var random = new Random(seed);
        _layers = [.. Enumerable.Range(0, sizes.Length - 1).Select(i =>
            new TrainableLayer(sizes[i], sizes[i + 1], i == sizes.Length - 2 ? outputScale : 1, random, epsilon))];
        _activations = [.. _layers.Select(layer => new float[most * layer.Outputs])];
        _gradients = [.. _layers.Select(layer => new float[most * layer.Outputs])];
    }

    /// <summary>[count, outputs], of the last <see cref="Forward"/>.</summary>
    public float[] Outputs => _activations[^1];

    /// <summary>What <see cref="Backward"/> begins with: the loss's gradient by <see cref="Outputs"/>, [count, outputs].</summary>
    public float[] OutputGradient => _gradients[^1];

    /// <param name="x">[count, inputs].</param>
    public void Forward(float[] x, int count)
    {
        for (var i = 0; i < _layers.Length; i++)
        {
            _layers[i].Forward(i == 0 ? x : _activations[i - 1], count, _activations[i]);
            if (i == _layers.Length - 1) return;
            var hidden = _activations[i].AsSpan(0, count * _layers[i].Outputs);
            TensorPrimitives.Tanh(hidden, hidden);
        }
    }

    /// <summary>The gradients of all weights, from <see cref="OutputGradient"/> and the last <see cref="Forward"/>.</summary>
    public void Backward(float[] x, int count)
    {
        for (var i = _layers.Length - 1; i >= 0; i--)
        {
            _layers[i].Backward(i == 0 ? x : _activations[i - 1], _gradients[i], count, i == 0 ? null : _gradients[i - 1]);
            if (i == 0) return;
            var values = count * _layers[i - 1].Outputs;
            var (activation, gradient) = (_activations[i - 1], _gradients[i - 1]);
            for (var k = 0; k < values; k++) gradient[k] *= 1 - activation[k] * activation[k];
        }
    }

    /// <param name="mostNorm">The gradient's length is cut to it.</param>
    public void Step(float rate, float mostNorm = float.PositiveInfinity, float decay = 0)
    {
        var norm = MathF.Sqrt(_layers.Sum(layer => layer.GradientSquares));
        var shrink = norm > mostNorm ? mostNorm / norm : 1;
        foreach (var layer in _layers) layer.Step(rate, shrink, decay);
    }

    public ProbeNetwork ToProbe() => new([.. _layers.Select(layer => new ProbeLayer(layer.Weights, layer.Bias))]);
}
