using System.Numerics.Tensors;

namespace CodeExit.Training.Networks;

/// <summary>y = W x + b over a batch, with its gradients. Every sum is made by one thread in a fixed order: the same seed gives the same weights.</summary>
internal sealed class TrainableLayer
{
    private readonly int _inputs;
    private readonly int _outputs;
    private readonly float[] _parameters; // weights [outputs, inputs], then biases
    private readonly float[] _gradient;
    private readonly Adam _adam;

    /// <param name="scale">Weights start uniform in ± scale · √(3 / inputs): of variance scale² / inputs.</param>
    public TrainableLayer(int inputs, int outputs, float scale, Random random, float epsilon)
    {
        (_inputs, _outputs) = (inputs, outputs);
        _parameters = new float[outputs * inputs + outputs];
        _gradient = new float[_parameters.Length];
        _adam = new Adam(_parameters.Length, epsilon);
        var range = scale * MathF.Sqrt(3f / inputs);
        foreach (ref var weight in _parameters.AsSpan(0, outputs * inputs)) weight = (2 * random.NextSingle() - 1) * range;
    }

    public int Inputs => _inputs;

    public int Outputs => _outputs;

    /// <summary>[outputs, inputs].</summary>
    public ReadOnlySpan<float> Weights => _parameters.AsSpan(0, _outputs * _inputs);

    public ReadOnlySpan<float> Bias => _parameters.AsSpan(_outputs * _inputs);

    /// <param name="x">[count, inputs].</param>
    /// <param name="y">[count, outputs].</param>
    public void Forward(float[] x, int count, float[] y) => Parallel.For(0, count, row =>
    {
        var input = x.AsSpan(row * _inputs, _inputs);
        for (var output = 0; output < _outputs; output++)
        {
            y[row * _outputs + output] = TensorPrimitives.Dot(input, Weights.Slice(output * _inputs, _inputs)) + Bias[output];
        }
    });

    /// <summary>Sets this layer's gradient, and gives that of its input.</summary>
    /// <param name="dy">[count, outputs].</param>
    /// <param name="dx">[count, inputs]; null where nobody needs it.</param>
    public void Backward(float[] x, float[] dy, int count, float[]? dx)
    {
        Parallel.For(0, _outputs, output =>
        {
            var weights = _gradient.AsSpan(output * _inputs, _inputs);
            weights.Clear();
            var bias = 0f;
            for (var row = 0; row < count; row++)
            {
                var d = dy[row * _outputs + output];
                bias += d;
                if (d != 0) TensorPrimitives.MultiplyAdd(x.AsSpan(row * _inputs, _inputs), d, weights, weights);
            }
            _gradient[_outputs * _inputs + output] = bias;
        });
        if (dx is null) return;
        Parallel.For(0, count, row =>
        {
            var d = dx.AsSpan(row * _inputs, _inputs);
            d.Clear();
            for (var output = 0; output < _outputs; output++)
            {
                TensorPrimitives.MultiplyAdd(Weights.Slice(output * _inputs, _inputs), dy[row * _outputs + output], d, d);
            }
        });
    }

    public float GradientSquares => TensorPrimitives.SumOfSquares<float>(_gradient);

    /// <param name="shrink">The gradient is multiplied with it.</param>
    /// <param name="decay">Decoupled weight decay (1711.05101), of the weights alone.</param>
    public void Step(float rate, float shrink = 1, float decay = 0)
    {
        if (shrink != 1) TensorPrimitives.Multiply(_gradient, shrink, _gradient);
        if (decay != 0) TensorPrimitives.Multiply(Weights, 1 - rate * decay, _parameters.AsSpan(0, _outputs * _inputs));
        _adam.Step(_parameters, _gradient, rate);
    }

    /// <summary>As <see cref="Step"/>, and keeps the biases at zero.</summary>
    public void StepWeights(float rate)
    {
        _gradient.AsSpan(_outputs * _inputs).Clear();
        Step(rate);
    }
}
