using System.Runtime.CompilerServices;
using CodeExit.Inference.Compute.Cpu.Kernels;
using CodeExit.Inference.Decoding;
using CodeExit.Inference.Models;

namespace CodeExit.Inference.Compute.Cpu;

/// <summary>
/// Keys and values in F32, kept as <see cref="Panel"/>s so that attention is two products with the kernels of the projections:
/// scores = q · Kᵀ with positions as rows, output = p · V with head dimensions as rows.
/// <code>
/// keys    per layer and KV head: [capacity/16][head][16 positions]
/// values  per layer and KV head: [head/16][capacity][16 dimensions]
/// </code>
/// head is the head dimension padded to 16 with zeros, capacity is padded to 16.
/// </summary>
internal sealed unsafe class CpuKvCache : KvCache
{
    private const int BlockRows = PackedMatrix.BlockRows;

    private readonly AlignedBuffer<float> _keys;
    private readonly AlignedBuffer<float> _values;
    private readonly int _keyValueHeads;
    private readonly int _headDim;
    private readonly int _paddedHead;
    private readonly int _paddedCapacity;

    public CpuKvCache(ModelConfig config, int capacity)
        : base(config.LayerCount, capacity)
    {
        _keyValueHeads = config.KeyValueHeadCount;
        _headDim = config.HeadDim;
        _paddedHead = VectorMath.Pad(_headDim);
        _paddedCapacity = VectorMath.Pad(capacity);
        var elements = (long)config.LayerCount * _keyValueHeads * _paddedCapacity * _paddedHead;
        _keys = new AlignedBuffer<float>(elements);
        _values = new AlignedBuffer<float>(elements);
    }

    /// <summary>Keys of positions first … first + 16 · blocks − 1; <paramref name="first"/> is a multiple of 16.</summary>
    public Panel Keys(int layer, int head, int first, int blocks) => new()
    {
        Data = (byte*)(_keys.Pointer + Head(layer, head) + (long)first * _paddedHead),
        BlockBytes = (long)_paddedHead * BlockRows * sizeof(float),
        Blocks = blocks,
        Columns = _paddedHead,
    };

    /// <summary>Values of positions first … first + count − 1 as columns; <paramref name="count"/> is even.</summary>
    public Panel Values(int layer, int head, int first, int count) => new()
    {
        Data = (byte*)(_values.Pointer + Head(layer, head) + (long)first * BlockRows),
        BlockBytes = (long)_paddedCapacity * BlockRows * sizeof(float),
        Blocks = _paddedHead / BlockRows,
        Columns = count,
    };

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void StoreKey(int layer, int head, int position, float* key)
    {
        var target = _keys.Pointer + Head(layer, head) + (long)(position / BlockRows) * _paddedHead * BlockRows + position % BlockRows;
        for (var d = 0; d < _headDim; d++, target += BlockRows) *target = key[d];
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void StoreValue(int layer, int head, int position, float* value)
    {
        var target = _values.Pointer + Head(layer, head) + (long)position * BlockRows;
        for (var d = 0; d < _headDim; d += BlockRows, target += (long)_paddedCapacity * BlockRows)
        {
            var count = Math.Min(BlockRows, _headDim - d) * sizeof(float);
            Buffer.MemoryCopy(value + d, target, count, count);
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (!disposing) return;
        _keys.Dispose();
        _values.Dispose();
    }

    private long Head(int layer, int head) => ((long)layer * _keyValueHeads + head) * _paddedCapacity * _paddedHead;
}
