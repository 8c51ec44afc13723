using CodeExit.Inference.Compute.Cpu.Kernels;
using CodeExit.Inference.Models;

namespace CodeExit.Inference.Compute.Cpu;

/// <summary>One projection, ready for the kernels.</summary>
internal sealed unsafe class CpuLinear : IDisposable
{
    /// <summary>What a worker takes at a time: some 20 µs of memory, long enough to be read at full speed, short enough to end together.</summary>
    private const int ChunkBytes = 512 << 10;

    private readonly PackedMatrix _weight;
    private readonly AlignedBuffer<float>? _bias;
    private readonly bool _streamed;

    /// <param name="streamed">The whole model is larger than the caches: this weight comes from main memory each time.</param>
    public CpuLinear(LinearTensors tensors, WeightPrecision precision, bool streamed, WorkerTeam team)
    {
        _streamed = streamed;
        _weight = MatrixPacker.Pack(tensors.Weight, precision, team);
        if (tensors.Bias is not { } bias) return;
        _bias = new AlignedBuffer<float>(OutputStride);
        bias.ReadRows(_bias.Pointer);
    }

    public int Blocks => _weight.Blocks;

    /// <summary>Outputs, padded to whole blocks: the least row length of y.</summary>
    public int OutputStride => _weight.Blocks * PackedMatrix.BlockRows;

    /// <summary>Bytes read by one product.</summary>
    public long Bytes => _weight.Bytes + (_bias?.Bytes ?? 0);

    /// <summary>Blocks to <see cref="WorkerTeam.Claim"/> at a time: even, as tiles take two at once, and no more than an even share.</summary>
    public int Chunk(WorkerTeam team)
    {
        var share = (Blocks + team.Count - 1) / team.Count;
        var large = (int)Math.Max(2, ChunkBytes / _weight.BlockBytes);
        return Math.Min(large, share + 1) / 2 * 2 is var even and > 0 ? even : 1;
    }

    /// <summary>y[t, r] = Σₖ x[t, k] · w[r, k] + bias[r] for the rows of blocks [first, end).</summary>
    /// <param name="y">[rows, yStride], the whole matrix's output: row 0 is at its start.</param>
    public void Multiply(in Activations x, float* y, int yStride, int first, int end)
    {
        if (first >= end) return;
        var panel = new Panel
        {
            Data = _weight.Block(first),
            BlockBytes = _weight.BlockBytes,
            Scales = _weight.Precision == WeightPrecision.Int8 ? _weight.Scales(first) : null,
            Blocks = end - first,
            Columns = _weight.PaddedColumns,
            Streamed = _streamed,
        };
        var target = y + first * PackedMatrix.BlockRows;
        switch (_weight.Precision)
        {
            case WeightPrecision.F32:
                MatrixKernels.Best.Multiply<F32Weights>(panel, x.Values, x.Stride, x.Rows, target, yStride);
                break;
            case WeightPrecision.BF16:
                MatrixKernels.Best.Multiply<BF16Weights>(panel, x.Values, x.Stride, x.Rows, target, yStride);
                break;
            case WeightPrecision.Int8:
                MatrixKernels.Best.Multiply(panel, x.Quantized, x.Scales, x.Stride, x.Rows, target, yStride);
                break;
            default:
                throw new InvalidOperationException($"Unhandled weight precision {_weight.Precision}.");
        }
        if (_bias is null) return;
        for (var row = 0; row < x.Rows; row++)
        {
            VectorMath.Add(target + (long)row * yStride, _bias.Pointer + first * PackedMatrix.BlockRows, (end - first) * PackedMatrix.BlockRows);
        }
    }

    public void Dispose()
    {
        _weight.Dispose();
        _bias?.Dispose();
    }
}
