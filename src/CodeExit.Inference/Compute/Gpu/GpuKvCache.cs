using CodeExit.Inference.Compute.Gpu.OpenCl;
using CodeExit.Inference.Decoding;
using CodeExit.Inference.Models;

namespace CodeExit.Inference.Compute.Gpu;

/// <summary>
/// Keys and values in F32 on the device, each layer's in buffers of its own: drivers allow one buffer a part of the memory only. Laid out
/// so that neighbouring lanes of the attention kernel read neighbouring numbers.
/// <code>
/// keys    per layer: [KV heads][head dimension][stride]
/// values  per layer: [KV heads][stride][head dimension]
/// </code>
/// </summary>
internal sealed class GpuKvCache : KvCache
{
    private readonly GpuBuffer[] _keys;
    private readonly GpuBuffer[] _values;

    public GpuKvCache(GpuRuntime runtime, ModelConfig config, int capacity)
        : base(config.LayerCount, capacity)
    {
        var bytes = (long)config.KeyValueHeadCount * Pad(capacity) * config.HeadDim * sizeof(float);
        _keys = [.. Enumerable.Range(0, config.LayerCount).Select(_ => runtime.Allocate(bytes))];
        _values = [.. Enumerable.Range(0, config.LayerCount).Select(_ => runtime.Allocate(bytes))];
    }

    /// <summary>Positions from a row to the next: <see cref="KvCache.Capacity"/> in whole pieces, so that a piece is whole lines of memory.</summary>
    public int Stride => Pad(Capacity);

    public GpuBuffer Keys(int layer) => _keys[layer];

    public GpuBuffer Values(int layer) => _values[layer];

    protected override void Dispose(bool disposing)
    {
        if (!disposing) return;
        foreach (var buffer in _keys) buffer.Dispose();
        foreach (var buffer in _values) buffer.Dispose();
    }

    private static int Pad(int capacity) => (capacity + GpuAttention.Piece - 1) / GpuAttention.Piece * GpuAttention.Piece;
}
