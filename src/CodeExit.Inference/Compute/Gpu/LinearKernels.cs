using CodeExit.Inference.Compute.Gpu.OpenCl;
using CodeExit.Inference.Models;

namespace CodeExit.Inference.Compute.Gpu;

/// <summary>What a work-group of a product makes, and with how many lanes; the source that says how.</summary>
/// <param name="Index">Of all tiles: each launch looks for its own, and an array finds it without a hash.</param>
internal sealed record LinearTile(int Index, string Source, int Rows, int Outputs, int Lanes)
{
    /// <summary>So many rows go through eight at a time. More are a GEMM, where the rows that a tile of 64 lacks cost as much as if they were there.</summary>
    private const int MostByEight = 32;

    public static readonly LinearTile One = new(0, "tile", 1, GpuLinear.BlockOutputs, 64), Four = One with { Index = 1, Rows = 4 }, Eight = One with { Index = 2, Rows = 8 };

    public static readonly LinearTile Many = new(3, "gemm", 64, 64, 128);

    /// <summary>Tiles that there are.</summary>
    public const int Count = 4;

    public static LinearTile For(int rows) => rows switch
    {
        1 => One,
        <= 4 => Four,
        <= MostByEight => Eight,
        _ => Many,
    };
}

/// <summary>The products of <c>linear.cl</c>, compiled for one precision of weights, one kind of norm and one tile.</summary>
internal sealed class LinearKernels
{
    private readonly GpuRuntime _runtime;
    private readonly LinearTile _tile;

    public LinearKernels(GpuRuntime runtime, WeightPrecision precision, NormKind norm, LinearTile tile)
    {
        (_runtime, _tile) = (runtime, tile);
        var source = GpuKernels.Source("weights", "norm", tile.Source, "linear");
        var options = $"{GpuKernels.Options(precision)} -DROWS={tile.Rows} -DWIDE={tile.Outputs} -DGROUP={tile.Lanes}{(norm == NormKind.Layer ? " -DCENTRED" : "")}";
        var kernels = runtime.Build(source, options, "product", "add_product", "project", "feed_forward", "gated_feed_forward");
        (Product, AddProduct, Project, FeedForward, GatedFeedForward) = (kernels[0], kernels[1], kernels[2], kernels[3], kernels[4]);
    }

    public GpuKernel Product { get; }

    public GpuKernel AddProduct { get; }

    public GpuKernel Project { get; }

    public GpuKernel FeedForward { get; }

    public GpuKernel GatedFeedForward { get; }

    /// <param name="norm">Of the input; null for none.</param>
    /// <param name="rest">What the kernel asks for behind its INPUTS.</param>
    public void Launch(GpuKernel kernel, GpuLinear w, GpuNorm? norm, GpuRows x, params ReadOnlySpan<GpuArgument> rest)
    {
        kernel.With(w.Weight, w.Scales, w.Bias, w.Outputs, w.Columns, norm?.Weight, norm?.Bias, norm?.Epsilon ?? 0);
        kernel.With(x.Buffer, x.Stride, x.First, x.Count).With(rest);
        _runtime.Launch(kernel, (Tiles(w.Outputs, _tile.Outputs) * _tile.Lanes, Tiles(x.Count, _tile.Rows), 1), _tile.Lanes);
    }

    private static int Tiles(int count, int size) => (count + size - 1) / size;
}
