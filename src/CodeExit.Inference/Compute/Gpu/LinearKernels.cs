using CodeExit.Inference.Compute.Gpu.OpenCl;

namespace CodeExit.Inference.Compute.Gpu;

/// <summary>The products of <c>linear.cl</c>, compiled for so many rows of input at a time.</summary>
internal sealed class LinearKernels
{
    /// <summary>LANES and OUTPUTS of the sources.</summary>
    public const int Lanes = 64, Outputs = 4;

    private readonly GpuRuntime _runtime;
    private readonly int _tile;

    public LinearKernels(GpuRuntime runtime, string source, string options, int tile)
    {
        (_runtime, _tile) = (runtime, tile);
        var kernels = runtime.Build(
            source, $"{options} -DTILE={tile}", "product", "add_product", "project", "feed_forward", "gated_feed_forward", "norm_rows");
        (Product, AddProduct, Project) = (kernels[0], kernels[1], kernels[2]);
        (FeedForward, GatedFeedForward, Normalize) = (kernels[3], kernels[4], kernels[5]);
    }

    public GpuKernel Product { get; }

    public GpuKernel AddProduct { get; }

    public GpuKernel Project { get; }

    public GpuKernel FeedForward { get; }

    public GpuKernel GatedFeedForward { get; }

    public GpuKernel Normalize { get; }

    /// <param name="norm">Of the input; null for none.</param>
    /// <param name="rest">What the kernel asks for behind its INPUTS.</param>
    public void Launch(GpuKernel kernel, GpuLinear w, GpuNorm? norm, GpuRows x, params ReadOnlySpan<GpuArgument> rest)
    {
        kernel.With(w.Weight, w.Bias, w.Outputs, w.Columns, w.Stride, norm?.Weight, norm?.Bias, norm?.Epsilon ?? 0, norm is { IsCentred: true } ? 1 : 0);
        kernel.With(x.Buffer, x.Stride, x.First, x.Count).With(rest);
        _runtime.Launch(kernel, ((w.Outputs + Outputs - 1) / Outputs * Lanes, (x.Count + _tile - 1) / _tile, 1), Lanes);
    }
}
