using System.Diagnostics;
using CodeExit.Inference.Compute.Gpu.OpenCl;

namespace CodeExit.Inference.Compute.Gpu;

/// <summary>
/// Causal grouped-query attention of one model, with a sliding window where a layer has one (<c>attention.cl</c>). What a row gets depends
/// on its position alone: not on the rows beside it, nor on how many queries share a reading, nor on whether the context is split.
/// </summary>
internal sealed class GpuAttention
{
    /// <summary>Positions of a piece: PIECE of the source. A cache's rows are a multiple of it.</summary>
    public const int Piece = 64;

    private const int Lanes = 256;

    /// <summary>Queries that one reading of keys and values serves. Powers of two, the least a vector of the source.</summary>
    private const int FewestQueries = 4, MostQueries = 16;

    /// <summary>Up to so many pieces, a group goes through them sooner than a second launch merges what several left.</summary>
    private const int FewPieces = 4;

    /// <summary>So many groups keep a large card (a hundred processors or more) busy by themselves.</summary>
    private const int ManyGroups = 256;

    /// <summary>Room for what pieces leave. Rows that need more go through the context unsplit.</summary>
    private const long PieceBytes = 16 << 20;

    private readonly GpuRuntime _runtime;
    private readonly int _queryHeads, _keyValueHeads, _dim, _most, _splitRows;
    private readonly Dictionary<int, GpuKernel> _attend = []; // by the queries of a reading
    private readonly GpuKernel _merge;
    private readonly GpuBuffer _outputs, _totals;

    /// <param name="contextLength">Most positions of a sequence.</param>
    /// <exception cref="GpuException">The device has too little local memory for such heads, or its driver cannot compile the kernels.</exception>
    public GpuAttention(GpuRuntime runtime, int queryHeads, int keyValueHeads, int headDim, int contextLength)
    {
        (_runtime, _queryHeads, _keyValueHeads, _dim) = (runtime, queryHeads, keyValueHeads, headDim);
        if (WhyNot(headDim, runtime.Device) is { } reason) throw new GpuException(reason);
        _most = MostQueries;
        while (LocalBytes(headDim, _most) > runtime.Device.LocalMemoryBytes) _most /= 2;
        GpuKernel[] built = [];
        foreach (var queries in new[] { QueriesFor(1), _most }.Distinct())
        {
            var options = $"-DHEAD_DIM={headDim} -DQUERIES={queries}";
            built = runtime.Build(GpuKernels.Source("attention"), options, "attend", "merge_pieces");
            _attend[queries] = built[0];
        }
        _merge = built[1];
        var pieces = (contextLength + Piece - 1) / Piece;
        var rowPieces = (long)queryHeads * pieces;
        _splitRows = (int)Math.Clamp(PieceBytes / (rowPieces * (headDim + 2) * sizeof(float)), 1, int.MaxValue);
        _outputs = runtime.Allocate(_splitRows * rowPieces * headDim * sizeof(float));
        _totals = runtime.Allocate(_splitRows * rowPieces * 2 * sizeof(float));
    }

    /// <summary>Why a device cannot attend with heads of this width; null where it can.</summary>
    public static string? WhyNot(int headDim, GpuDevice device) => LocalBytes(headDim, FewestQueries) <= device.LocalMemoryBytes
        ? null
        : $"heads of {headDim} take {LocalBytes(headDim, FewestQueries)} bytes of local memory, and {device.Name} has {device.LocalMemoryBytes}";

    /// <summary>y = attention of the queries, the first of which is at <paramref name="position"/>, to the cache.</summary>
    /// <param name="window">Most recent positions that a query sees, its own included.</param>
    /// <param name="y">Heads side by side; its rows begin at 0.</param>
    public void Attend(GpuRows queries, GpuHeads heads, int position, int window, GpuRows y)
    {
        var shared = queries.Count == 1 ? QueriesFor(1) : _most;
        var isSplit = Pieces(position, queries.Count, window) > FewPieces && queries.Count <= _splitRows && Tiles(queries.Count, shared) * _keyValueHeads < ManyGroups;
        Attend(queries, heads, position, window, y, shared, isSplit);
    }

    /// <summary>The same, with the variant named.</summary>
    /// <param name="shared">Queries that one reading serves: one of <see cref="SharedQueries"/>.</param>
    /// <param name="isSplit">Whether each piece of the context has groups of its own.</param>
    public void Attend(GpuRows queries, GpuHeads heads, int position, int window, GpuRows y, int shared, bool isSplit)
    {
        Debug.Assert(heads.Capacity % Piece == 0 && (!isSplit || queries.Count <= _splitRows));
        var pieces = isSplit ? Pieces(position, queries.Count, window) : 1;
        var scale = (float)(Math.Log2(Math.E) / Math.Sqrt(_dim)); // weights are powers of 2, not of e
        var kernel = _attend[shared];
        kernel.With(queries.Buffer, queries.Stride, queries.First, queries.Count, _queryHeads / _keyValueHeads, heads.Keys, heads.Values);
        kernel.With(heads.Capacity, position, window, scale, isSplit ? _outputs : null, isSplit ? _totals : null, y.Buffer, y.Stride);
        _runtime.Launch(kernel, (_keyValueHeads * Lanes, Tiles(queries.Count, shared), pieces), Lanes);
        if (!isSplit) return;
        _merge.With(_outputs, _totals, pieces, position, window, y.Buffer, y.Stride);
        _runtime.Launch(_merge, (_dim, _queryHeads, queries.Count));
    }

    /// <summary>Numbers of queries that there are kernels for.</summary>
    public IEnumerable<int> SharedQueries => _attend.Keys;

    /// <summary>Queries of a reading that leave few of them empty.</summary>
    private int QueriesFor(int rows)
    {
        var queries = FewestQueries;
        while (queries < _most && queries < rows * (_queryHeads / _keyValueHeads)) queries *= 2;
        return queries;
    }

    private int Tiles(int rows, int shared) => (rows * (_queryHeads / _keyValueHeads) + shared - 1) / shared;

    private static int Pieces(int position, int rows, int window) => (position + rows - 1) / Piece + 1 - Math.Max(0, position - window + 1) / Piece;

    /// <summary>What the local arrays of <c>attend</c> take: queries, weights, partial sums, sums of lanes, factors.</summary>
    private static long LocalBytes(int headDim, int queries) =>
        sizeof(float) * ((long)queries * ((headDim + 3) / 4 * 4 + Piece + 4 * (Piece + 1) + 2) + 2 * Lanes);
}
