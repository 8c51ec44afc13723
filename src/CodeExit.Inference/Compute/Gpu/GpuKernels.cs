using CodeExit.Inference.Compute.Gpu.OpenCl;
using CodeExit.Inference.Models;

namespace CodeExit.Inference.Compute.Gpu;

/// <summary>The kernels of <c>Kernels/*.cl</c>, compiled for one device and one precision of weights: a method for each, a launch for each call.</summary>
internal sealed class GpuKernels
{
    /// <summary>Widest head that attention has room for: MAX_HEAD_DIM of its source.</summary>
    public const int MaxHeadDim = 256;

    /// <summary>Rows that one reading of weights serves, where there is more than one.</summary>
    public const int Tile = 8;

    private readonly GpuRuntime _runtime;
    private readonly GpuKernel _embed, _rotate, _attend;
    private readonly LinearKernels _single, _tiled;

    /// <exception cref="GpuException">The driver cannot compile them.</exception>
    public GpuKernels(GpuRuntime runtime, WeightPrecision precision)
    {
        _runtime = runtime;
        var options = precision == WeightPrecision.BF16 ? "-cl-std=CL1.2 -DWEIGHTS_BF16" : "-cl-std=CL1.2";
        var weights = Source("weights");
        var others = runtime.Build(weights + Source("rows") + Source("rotary") + Source("attention"), options, "embed", "rotate_heads", "attend");
        (_embed, _rotate, _attend) = (others[0], others[1], others[2]);
        _single = new LinearKernels(runtime, weights + Source("linear"), options, 1);
        _tiled = new LinearKernels(runtime, weights + Source("linear"), options, Tile);
    }

    /// <summary>y[row] = embedding of token [row] (+ that of its position, where they are learned).</summary>
    /// <param name="tokens">Null for one token, <paramref name="single"/>.</param>
    /// <param name="positions">[positions, columns]; null where they are not learned.</param>
    /// <param name="firstPosition">Row of <paramref name="positions"/> for the first token.</param>
    public void Embed(GpuBuffer? tokens, GpuLinear table, GpuBuffer? positions, int firstPosition, GpuRows y, int single = 0)
    {
        _embed.With(tokens, single, table.Weight, table.Stride, positions, firstPosition, y.Buffer, y.Stride, y.First);
        _runtime.Launch(_embed, (table.Columns, y.Count, 1));
    }

    /// <summary>y = norm(x); y's rows begin at 0.</summary>
    public void Normalize(GpuNorm norm, int columns, GpuRows x, GpuRows y)
    {
        _single.Normalize.With(norm.Weight, norm.Bias, norm.Epsilon, norm.IsCentred ? 1 : 0, columns, x.Buffer, x.Stride, x.First, y.Buffer, y.Stride);
        _runtime.Launch(_single.Normalize, (LinearKernels.Lanes, x.Count, 1), LinearKernels.Lanes);
    }

    /// <summary>y = W norm(x) + b.</summary>
    public void Product(GpuLinear w, GpuNorm? norm, GpuRows x, GpuRows y)
    {
        var kernels = For(x.Count);
        kernels.Launch(kernels.Product, w, norm, x, y.Buffer, y.Stride, y.First);
    }

    /// <summary>y += W x + b.</summary>
    public void AddProduct(GpuLinear w, GpuRows x, GpuRows y)
    {
        var kernels = For(x.Count);
        kernels.Launch(kernels.AddProduct, w, null, x, y.Buffer, y.Stride, y.First);
    }

    /// <summary>Queries, keys and values of norm(x), not rotated; keys and values of rows go to positions <paramref name="position"/>, + 1, … of the cache.</summary>
    public void Project(GpuLinear w, GpuNorm norm, GpuRows x, GpuRows queries, GpuHeads heads, int position)
    {
        var kernels = For(x.Count);
        kernels.Launch(
            kernels.Project, w, norm, x, queries.Buffer, queries.Stride, heads.Queries * heads.Dim, heads.Keys, heads.Values,
            heads.KeyValues * heads.Dim, heads.Dim, heads.Capacity, position);
    }

    /// <summary>Rotates the queries, and the keys of the same positions in the cache, in place.</summary>
    /// <param name="cosines">[positions, halfDim], with <paramref name="sines"/>.</param>
    public void Rotate(GpuRows queries, GpuHeads heads, int position, GpuBuffer cosines, GpuBuffer sines, int halfDim)
    {
        _rotate.With(queries.Buffer, queries.Stride, heads.Queries, heads.Keys, heads.Dim, heads.Capacity, position, cosines, sines, halfDim);
        _runtime.Launch(_rotate, (halfDim, heads.Queries + heads.KeyValues, queries.Count));
    }

    /// <summary>y = attention of the queries, the first of which is at <paramref name="position"/>, to the cache.</summary>
    /// <param name="window">Most recent positions that a query sees, its own included.</param>
    /// <param name="y">Heads side by side; its rows begin at 0.</param>
    public void Attend(GpuRows queries, GpuHeads heads, int position, int window, GpuRows y)
    {
        _attend.With(
            queries.Buffer, queries.Stride, queries.First, heads.Keys, heads.Values, heads.Queries / heads.KeyValues, heads.Dim, heads.Capacity,
            position, window, 1 / MathF.Sqrt(heads.Dim), y.Buffer, y.Stride);
        _runtime.Launch(_attend, (heads.Queries * LinearKernels.Lanes, queries.Count, 1), LinearKernels.Lanes);
    }

    /// <summary>y = activation(gate norm(x)) ∘ (up norm(x)), or activation(up norm(x)); y's rows begin at 0.</summary>
    /// <param name="isGated">Whether rows of w are gate and up by turns.</param>
    public void FeedForward(GpuLinear w, GpuNorm norm, bool isGated, Activation activation, GpuRows x, GpuRows y)
    {
        var kernels = For(x.Count);
        kernels.Launch(isGated ? kernels.GatedFeedForward : kernels.FeedForward, w, norm, x, y.Buffer, y.Stride, Number(activation));
    }

    /// <summary>One of <c>Kernels/*.cl</c>.</summary>
    public static string Source(string name)
    {
        using var stream = typeof(GpuKernels).Assembly.GetManifestResourceStream($"{name}.cl")
            ?? throw new InvalidOperationException($"Kernel source {name}.cl is not in the assembly.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    private LinearKernels For(int rows) => rows == 1 ? _single : _tiled;

    /// <summary>SILU, GELU, GELU_TANH, RELU of the source.</summary>
    private static int Number(Activation activation) => activation switch
    {
        Activation.Silu => 0,
        Activation.Gelu => 1,
        Activation.GeluTanh => 2,
        Activation.Relu => 3,
        _ => throw new ArgumentOutOfRangeException(nameof(activation), activation, "not an activation"),
    };
}
