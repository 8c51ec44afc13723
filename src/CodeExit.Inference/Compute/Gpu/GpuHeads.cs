using CodeExit.Inference.Compute.Gpu.OpenCl;

namespace CodeExit.Inference.Compute.Gpu;

/// <summary>Heads of attention, and where the cache keeps a layer's keys and values.</summary>
/// <param name="Queries">Query heads.</param>
/// <param name="KeyValues">Key and value heads; a divisor of the query heads.</param>
/// <param name="Dim">Numbers of a head.</param>
/// <param name="Keys">[key heads, dim, capacity].</param>
/// <param name="Values">[value heads, capacity, dim].</param>
/// <param name="Capacity">Positions that the cache has room for; for attention a multiple of <see cref="GpuAttention.Piece"/>.</param>
internal readonly record struct GpuHeads(int Queries, int KeyValues, int Dim, GpuBuffer Keys, GpuBuffer Values, int Capacity);
