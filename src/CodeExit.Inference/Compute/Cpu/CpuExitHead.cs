using System.Numerics.Tensors;
using CodeExit.Inference.EarlyExit.Learned;
using CodeExit.Inference.Models;

namespace CodeExit.Inference.Compute.Cpu;

/// <summary>A learned <see cref="ExitHead"/>: n = norm(h), z = n + Up (Down n), for a worker at a time.</summary>
internal sealed unsafe class CpuExitHead : IDisposable
{
    private readonly CpuNorm? _norm;
    private readonly ExitHead _head;
    private readonly float[] _upRows; // [rank, hidden]: a row is added at a time
    private readonly int _hidden;
    private readonly int _padded;

    /// <param name="finalNorm">The model's: its bias serves all exits. Null where there is no final norm; then the head has none either.</param>
    public CpuExitHead(ExitHead head, NormTensors? finalNorm, ModelConfig config)
    {
        (_head, _hidden, _padded) = (head, config.HiddenSize, VectorMath.Pad(config.HiddenSize));
        _norm = finalNorm is null ? null : new CpuNorm(finalNorm, config, head.Norm);
        _upRows = new float[head.Up.Length];
        for (var column = 0; column < _hidden; column++)
        {
            for (var row = 0; row < head.Rank; row++) _upRows[row * _hidden + column] = head.Up[column * head.Rank + row];
        }
    }

    /// <summary>z of one row; both padded to 16.</summary>
    public void Apply(float* state, float* z)
    {
        if (_norm is null) Buffer.MemoryCopy(state, z, _padded * sizeof(float), _padded * sizeof(float));
        else _norm.Apply(state, z);
        var output = new Span<float>(z, _hidden);
        // All of Down n first: the sums below change n.
        var inner = stackalloc float[_head.Rank];
        for (var row = 0; row < _head.Rank; row++) inner[row] = TensorPrimitives.Dot<float>(_head.Down.AsSpan(row * _hidden, _hidden), output);
        for (var row = 0; row < _head.Rank; row++)
        {
            TensorPrimitives.MultiplyAdd(_upRows.AsSpan(row * _hidden, _hidden), inner[row], output, output);
        }
    }

    public void Dispose() => _norm?.Dispose();
}
