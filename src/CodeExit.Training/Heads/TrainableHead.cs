using System.Numerics.Tensors;
using CodeExit.Inference.EarlyExit.Learned;
using CodeExit.Training.Networks;

namespace CodeExit.Training.Heads;

/// <summary>An <see cref="ExitHead"/> that is being learned: n = normalized · norm + bias, z = n + Up (Down n). It starts as the model's own final norm.</summary>
internal sealed class TrainableHead
{
    private readonly LanguageModelHead _model;
    private readonly TrainableLayer _down;
    private readonly TrainableLayer _up;
    private readonly float[] _norm;
    private readonly float[] _normGradient;
    private readonly Adam _normAdam;
    private readonly float[] _inner;
    private readonly float[] _innerGradient;
    private readonly float[] _n;
    private readonly float[] _nGradient;
    private readonly float[] _residual;

    /// <param name="most">Most rows of a batch.</param>
    /// <param name="epsilon">Adam's.</param>
    public TrainableHead(LanguageModelHead model, int rank, int most, int seed, float epsilon = 1e-8f)
    {
        var hidden = model.Hidden;
        var random = new Random(seed);
        _model = model;
        _down = new TrainableLayer(hidden, rank, 1, random, epsilon);
        _up = new TrainableLayer(rank, hidden, 0, random, epsilon);
        _norm = [.. model.NormWeight];
        _normGradient = new float[hidden];
        _normAdam = new Adam(hidden, epsilon);
        _inner = new float[most * rank];
        _innerGradient = new float[most * rank];
        _n = new float[most * hidden];
        _nGradient = new float[most * hidden];
        _residual = new float[most * hidden];
    }

    /// <param name="normalized">[count, hidden].</param>
    /// <param name="z">[count, hidden].</param>
    public void Forward(float[] normalized, int count, float[] z)
    {
        var hidden = _model.Hidden;
        for (var row = 0; row < count; row++)
        {
            TensorPrimitives.MultiplyAdd(
                normalized.AsSpan(row * hidden, hidden), _norm, _model.NormBias, _n.AsSpan(row * hidden, hidden));
        }
        _down.Forward(_n, count, _inner);
        _up.Forward(_inner, count, _residual);
        TensorPrimitives.Add(_n.AsSpan(0, count * hidden), _residual.AsSpan(0, count * hidden), z);
    }

    /// <summary>One step down the gradient of the last <see cref="Forward"/>.</summary>
    /// <param name="dz">The loss's gradient by z, [count, hidden].</param>
    public void Step(float[] normalized, float[] dz, int count, float rate)
    {
        var hidden = _model.Hidden;
        _up.Backward(_inner, dz, count, _innerGradient);
        _down.Backward(_n, _innerGradient, count, _nGradient);
        Array.Clear(_normGradient);
        for (var row = 0; row < count; row++)
        {
            var dn = _nGradient.AsSpan(row * hidden, hidden);
            TensorPrimitives.Add(dn, dz.AsSpan(row * hidden, hidden), dn);
            TensorPrimitives.MultiplyAdd(dn, normalized.AsSpan(row * hidden, hidden), _normGradient, _normGradient);
        }
        _up.StepWeights(rate);
        _down.StepWeights(rate);
        if (_model.HasNorm) _normAdam.Step(_norm, _normGradient, rate);
    }

    public ExitHead ToHead() => new([.. _norm], _down.Weights.ToArray(), _up.Weights.ToArray());
}
