using CodeExit.Inference.EarlyExit.Learned;

namespace CodeExit.Tests.Training.Networks;

/// <summary>Dense layers with tanh between them, written down once more in double precision, sums as the formula has them.</summary>
internal sealed class NaiveNetwork
{
    private readonly List<(double[] Weights, double[] Bias)> _layers;

    public NaiveNetwork(ProbeNetwork probe) =>
        _layers = [.. probe.Layers.Select(layer => (Doubles(layer.Weights), Doubles(layer.Bias)))];

    /// <summary>All that is learned, array by array, to be changed at will.</summary>
    public IEnumerable<double[]> Parameters => _layers.SelectMany(layer => new[] { layer.Weights, layer.Bias });

    public double[] Evaluate(ReadOnlySpan<float> input)
    {
        var x = Doubles(input);
        for (var i = 0; i < _layers.Count; i++)
        {
            var (weights, bias) = _layers[i];
            var y = new double[bias.Length];
            for (var output = 0; output < y.Length; output++)
            {
                y[output] = bias[output];
                for (var k = 0; k < x.Length; k++) y[output] += weights[output * x.Length + k] * x[k];
                if (i < _layers.Count - 1) y[output] = Math.Tanh(y[output]);
            }
            x = y;
        }
        return x;
    }

    public static double[] Doubles(ReadOnlySpan<float> values)
    {
        var doubles = new double[values.Length];
        for (var i = 0; i < values.Length; i++) doubles[i] = values[i];
        return doubles;
    }
}
