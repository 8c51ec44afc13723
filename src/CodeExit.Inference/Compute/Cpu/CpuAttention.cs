using System.Runtime.CompilerServices;
using CodeExit.Inference.Compute.Cpu.Kernels;
using CodeExit.Inference.Models;

namespace CodeExit.Inference.Compute.Cpu;

/// <summary>
/// Causal grouped-query attention, with a sliding window where the layer has one. Units of work are one query head of up to 8
/// consecutive positions; scores stay in a buffer of the worker.
/// </summary>
internal sealed unsafe class CpuAttention : IDisposable
{
    /// <summary>Positions of a unit: the batch rows of a kernel's tile.</summary>
    private const int Tile = 8;

    private readonly ModelConfig _config;
    private readonly RotaryTable? _rotary;
    private readonly int _paddedHead;
    private readonly int _scoreStride;
    private readonly AlignedBuffer<float> _queries;
    private readonly AlignedBuffer<float>[] _scores;
    private readonly AlignedBuffer<float>[] _outputs;

    public CpuAttention(ModelConfig config, int contextLength, int maxRows, int workers)
    {
        _config = config;
        _rotary = config.Rotary is { } rotary ? new RotaryTable(rotary, contextLength) : null;
        _paddedHead = VectorMath.Pad(config.HeadDim);
        _scoreStride = VectorMath.Pad(contextLength) + PackedMatrix.BlockRows;
        _queries = new AlignedBuffer<float>((long)maxRows * QueryStride);
        _scores = new AlignedBuffer<float>[workers];
        _outputs = new AlignedBuffer<float>[workers];
        for (var worker = 0; worker < workers; worker++)
        {
            _scores[worker] = new AlignedBuffer<float>((long)Tile * _scoreStride);
            _outputs[worker] = new AlignedBuffer<float>((long)Tile * _paddedHead);
        }
    }

    private int QueryStride => _config.HeadCount * _paddedHead;

    /// <summary>
    /// Rotates this worker's share of the query and key heads, scales the queries, and files keys and values in the cache.
    /// Inputs are [rows, stride]; keys are rotated in place. Without queries, keys and values alone are filed.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Store(WorkerTeam team, int worker, int layer, int start, int rows, in ProjectedHeads heads, CpuKvCache cache)
    {
        var headDim = _config.HeadDim;
        var scale = 1 / MathF.Sqrt(headDim);
        var queryHeads = heads.Queries == null ? 0 : _config.HeadCount;
        var perRow = queryHeads + _config.KeyValueHeadCount;
        var (first, end) = team.Share(worker, rows * perRow);
        for (var unit = first; unit < end; unit++)
        {
            var (row, head) = Math.DivRem(unit, perRow);
            if (head < queryHeads)
            {
                var query = _queries.Pointer + (long)row * QueryStride + head * _paddedHead;
                var source = heads.Queries + (long)row * heads.QueryStride + head * headDim;
                for (var d = 0; d < headDim; d++) query[d] = source[d] * scale;
                _rotary?.Rotate(query, start + row);
                continue;
            }
            head -= queryHeads;
            var key = heads.Keys + (long)row * heads.KeyStride + head * headDim;
            _rotary?.Rotate(key, start + row);
            cache.StoreKey(layer, head, start + row, key);
            cache.StoreValue(layer, head, start + row, heads.Values + (long)row * heads.KeyStride + head * headDim);
        }
    }

    /// <summary>Writes this worker's share of the attended heads to output, [rows, outputStride] with heads side by side.</summary>
    /// <param name="start">Position of the first row that was stored.</param>
    /// <param name="skipped">So many stored rows are not attended for; output begins with the row behind them.</param>
    public void Attend(WorkerTeam team, int worker, int layer, int start, int skipped, int rows, CpuKvCache cache, float* output, int outputStride)
    {
        var queries = _queries.Pointer + (long)skipped * QueryStride;
        var units = (rows + Tile - 1) / Tile * _config.HeadCount;
        // Dealt out one by one: later tiles see more positions.
        for (var unit = worker; unit < units; unit += team.Count)
        {
            var (tile, head) = Math.DivRem(unit, _config.HeadCount);
            var row = tile * Tile;
            AttendTile(worker, layer, head, queries, start + skipped, row, Math.Min(Tile, rows - row), cache, output, outputStride);
        }
    }

    public void Dispose()
    {
        _rotary?.Dispose();
        _queries.Dispose();
        foreach (var buffer in _scores) buffer.Dispose();
        foreach (var buffer in _outputs) buffer.Dispose();
    }

    private void AttendTile(int worker, int layer, int head, float* allQueries, int start, int row, int rows, CpuKvCache cache, float* output, int outputStride)
    {
        const int Block = PackedMatrix.BlockRows;
        var window = _config.SlidingWindows[layer] ?? int.MaxValue;
        var keyValueHead = head / (_config.HeadCount / _config.KeyValueHeadCount);
        var end = start + row + rows;
        var first = Math.Max(0, start + row - window + 1) / Block * Block;
        var blocks = (end - first + Block - 1) / Block;
        var scores = _scores[worker].Pointer;
        var queries = allQueries + (long)row * QueryStride + head * _paddedHead;
        MatrixKernels.Best.Multiply<F32Weights>(
            cache.Keys(layer, keyValueHead, first, blocks), queries, QueryStride, rows, scores, _scoreStride);
        for (var i = 0; i < rows; i++)
        {
            var position = start + row + i;
            VectorMath.SoftMax(
                scores + (long)i * _scoreStride, Math.Max(0, position - window + 1) - first, position + 1 - first, blocks * Block);
        }
        // Rounded up to a column pair: the extra probability is 0 and the value there is finite.
        var values = cache.Values(layer, keyValueHead, first, (end - first + 1) & ~1);
        var attended = _outputs[worker].Pointer;
        MatrixKernels.Best.Multiply<F32Weights>(values, scores, _scoreStride, rows, attended, _paddedHead);
        var bytes = _config.HeadDim * sizeof(float);
        for (var i = 0; i < rows; i++)
        {
            Buffer.MemoryCopy(attended + i * _paddedHead, output + (long)(row + i) * outputStride + head * _config.HeadDim, bytes, bytes);
        }
    }
}

/// <summary>Outputs of the three projections: queries [rows, QueryStride] or null, keys and values [rows, KeyStride], heads side by side.</summary>
internal readonly unsafe struct ProjectedHeads
{
    public required float* Queries { get; init; }

    public required int QueryStride { get; init; }

    public required float* Keys { get; init; }

    public required float* Values { get; init; }

    public required int KeyStride { get; init; }
}
