using System.Text;
using CodeExit.Inference.Compute.Gpu.OpenCl;
using CodeExit.Inference.Models;

namespace CodeExit.Inference.Compute.Gpu;

/// <summary>The kernels of <c>Kernels/*.cl</c>, compiled for one device and one precision of weights: a method for each, a launch for each call.</summary>
internal sealed class GpuKernels
{
    /// <summary>Rows that one reading of weights serves, where they are few.</summary>
    public const int Tile = 8;

    /// <summary>LANES of the sources.</summary>
    private const int Lanes = 64;

    private readonly GpuRuntime _runtime;
    private readonly NormKind _norm;
    private readonly GpuKernel _embed, _addRows, _normalize;
    private readonly LinearKernels?[,] _linear = new LinearKernels?[Enum.GetValues<WeightPrecision>().Length, LinearTile.Count];

    /// <param name="precision">Of most matrices.</param>
    /// <param name="norm">Of all norms.</param>
    /// <exception cref="GpuException">The driver cannot compile them.</exception>
    public GpuKernels(GpuRuntime runtime, WeightPrecision precision, NormKind norm)
    {
        (_runtime, _norm) = (runtime, norm);
        var others = runtime.Build(Source("weights", "rows"), Options(EmbeddingPrecision(precision)), "embed", "add_rows", "norm_each_row");
        (_embed, _addRows, _normalize) = (others[0], others[1], others[2]);
        Compile(precision, LinearTile.One, LinearTile.Four, LinearTile.Eight, LinearTile.Many);
    }

    /// <summary>
    /// How precise a table of embeddings is. Int8 models have theirs in BF16: the processor reads the checkpoint's own, and int8 would move
    /// logits sixty times as far from its as all else does (docs/gpu.md).
    /// </summary>
    public static WeightPrecision EmbeddingPrecision(WeightPrecision model) => model == WeightPrecision.Int8 ? WeightPrecision.BF16 : model;

    /// <summary>Compiles products of a precision for so many rows; those of another than most matrices have to be asked for.</summary>
    public void Compile(WeightPrecision precision, params ReadOnlySpan<LinearTile> tiles)
    {
        foreach (var tile in tiles) _linear[(int)precision, tile.Index] ??= new LinearKernels(_runtime, precision, _norm, tile);
    }

    /// <summary>y[row] = embedding of token [row] (+ that of its position, where they are learned).</summary>
    /// <param name="tokens">Null for one token, <paramref name="single"/>.</param>
    /// <param name="positions">[positions, columns]; null where they are not learned.</param>
    /// <param name="firstPosition">Row of <paramref name="positions"/> for the first token.</param>
    public void Embed(GpuBuffer? tokens, GpuLinear table, GpuBuffer? positions, int firstPosition, GpuRows y, int single = 0)
    {
        _embed.With(tokens, single, table.Weight, positions, firstPosition, y.Buffer, y.Stride, y.First);
        _runtime.Launch(_embed, (table.Columns, y.Count, 1));
    }

    /// <summary>y += x, [x's rows, columns].</summary>
    public void Add(int columns, GpuRows x, GpuRows y)
    {
        _addRows.With(x.Buffer, x.Stride, x.First, y.Buffer, y.Stride, y.First);
        _runtime.Launch(_addRows, (columns, x.Count, 1));
    }

    /// <summary>y = norm(x); y may be x.</summary>
    public void Normalize(GpuNorm norm, int columns, GpuRows x, GpuRows y)
    {
        _normalize.With(norm.Weight, norm.Bias, norm.Epsilon, norm.IsCentred ? 1 : 0, columns);
        _normalize.With(x.Buffer, x.Stride, x.First, y.Buffer, y.Stride, y.First);
        _runtime.Launch(_normalize, (Lanes, x.Count, 1), Lanes);
    }

    /// <summary>y = W norm(x) + b.</summary>
    public void Product(GpuLinear w, GpuNorm? norm, GpuRows x, GpuRows y)
    {
        var kernels = For(w, x.Count);
        kernels.Launch(kernels.Product, w, norm, x, y.Buffer, y.Stride, y.First);
    }

    /// <summary>y += W x + b.</summary>
    public void AddProduct(GpuLinear w, GpuRows x, GpuRows y)
    {
        var kernels = For(w, x.Count);
        kernels.Launch(kernels.AddProduct, w, null, x, y.Buffer, y.Stride, y.First);
    }

    /// <summary>Queries, keys and values of norm(x), rotated; keys and values of rows go to positions <paramref name="position"/>, + 1, … of the cache.</summary>
    /// <param name="w">Its rows are <see cref="LinearRows.Heads"/>.</param>
    /// <param name="rotary">Null where positions are learned.</param>
    public void Project(GpuLinear w, GpuNorm? norm, GpuRows x, GpuRows queries, GpuHeads heads, int position, GpuRotary? rotary)
    {
        var kernels = For(w, x.Count);
        kernels.Launch(
            kernels.Project, w, norm, x, queries.Buffer, queries.Stride, heads.Queries, heads.Keys, heads.Values, heads.KeyValues, heads.Dim,
            heads.Capacity, position, rotary?.Cosines, rotary?.Sines, rotary?.HalfDim ?? 0);
    }

    /// <summary>y = activation(gate norm(x)) ∘ (up norm(x)), or activation(up norm(x)); y's rows begin at 0.</summary>
    /// <param name="isGated">Whether rows of w are gate and up by turns.</param>
    public void FeedForward(GpuLinear w, GpuNorm? norm, bool isGated, Activation activation, GpuRows x, GpuRows y)
    {
        var kernels = For(w, x.Count);
        kernels.Launch(isGated ? kernels.GatedFeedForward : kernels.FeedForward, w, norm, x, y.Buffer, y.Stride, Number(activation));
    }

    /// <summary>Files of <c>Kernels/*.cl</c> by name, one behind the other, and what all of them need before.</summary>
    public static string Source(params ReadOnlySpan<string> names)
    {
        var source = new StringBuilder(Read("common"));
        foreach (var name in names) source.Append(Read(name));
        return source.ToString();
    }

    /// <summary>What to compile sources with that look at weights.</summary>
    public static string Options(WeightPrecision precision) => precision switch
    {
        WeightPrecision.F32 => "",
        WeightPrecision.BF16 => "-DWEIGHTS_BF16",
        WeightPrecision.Int8 => "-DWEIGHTS_INT8",
        _ => throw new ArgumentOutOfRangeException(nameof(precision), precision, "not a weight precision"),
    };

    private LinearKernels For(GpuLinear w, int rows) => _linear[(int)w.Precision, LinearTile.For(rows).Index]!;

    /// <summary>SILU, GELU, GELU_TANH, RELU of the source.</summary>
    private static int Number(Activation activation) => activation switch
    {
        Activation.Silu => 0,
        Activation.Gelu => 1,
        Activation.GeluTanh => 2,
        Activation.Relu => 3,
        _ => throw new ArgumentOutOfRangeException(nameof(activation), activation, "not an activation"),
    };

    private static string Read(string name)
    {
        using var stream = typeof(GpuKernels).Assembly.GetManifestResourceStream($"{name}.cl")
            ?? throw new InvalidOperationException($"Kernel source {name}.cl is not in the assembly.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
