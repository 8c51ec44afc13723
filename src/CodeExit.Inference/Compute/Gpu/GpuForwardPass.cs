using CodeExit.Inference.Compute.Gpu.OpenCl;
using CodeExit.Inference.Models;

namespace CodeExit.Inference.Compute.Gpu;

/// <summary>A layer over a batch of positions: five launches, one more where attention is split. Owns the scratch memory; a pass allocates nothing.</summary>
internal sealed class GpuForwardPass
{
    private readonly ModelConfig _config;
    private readonly GpuKernels _kernels;
    private readonly GpuAttention _attention;
    private readonly GpuRows _queries, _attended, _mlp;
    private readonly GpuRotary? _rotary;

    public GpuForwardPass(GpuRuntime runtime, GpuKernels kernels, ModelConfig config, int rows, int contextLength)
    {
        (_config, _kernels) = (config, kernels);
        _attention = new GpuAttention(runtime, config.HeadCount, config.KeyValueHeadCount, config.HeadDim, contextLength);
        _queries = GpuRows.Allocate(runtime, rows, config.HeadCount * config.HeadDim);
        _attended = GpuRows.Allocate(runtime, rows, config.HeadCount * config.HeadDim);
        _mlp = GpuRows.Allocate(runtime, rows, config.IntermediateSize);
        _rotary = config.Rotary is { } rotary ? GpuRotary.Upload(runtime, rotary, contextLength) : null;
    }

    /// <param name="propagated">Rows at the window's start that only get keys and values.</param>
    public void Run(GpuLayer layer, int index, GpuHiddenStates states, GpuKvCache cache, int propagated)
    {
        var all = states.Rows(0, states.Count);
        var queries = _queries with { Count = states.Count };
        var heads = new GpuHeads(
            _config.HeadCount, _config.KeyValueHeadCount, _config.HeadDim, cache.Keys(index), cache.Values(index), cache.Stride);
        _kernels.Project(layer.Projections, Before(layer.AttentionNorm), all, queries, heads, states.Start, _rotary);
        var running = states.Count - propagated;
        if (running == 0) return;

        var hidden = states.Rows(propagated, running);
        var attended = _attended with { Count = running };
        var window = _config.SlidingWindows[index] ?? int.MaxValue;
        _attention.Attend(queries with { First = propagated, Count = running }, heads, states.Start + propagated, window, attended);
        _kernels.AddProduct(layer.Output, attended, hidden);
        After(layer.AttentionNorm, hidden);
        var mlp = _mlp with { Count = running };
        _kernels.FeedForward(layer.FeedForward, Before(layer.MlpNorm), layer.IsGated, _config.Activation, hidden, mlp);
        _kernels.AddProduct(layer.Down, mlp, hidden);
        After(layer.MlpNorm, hidden);
    }

    /// <summary>A half's norm where it comes before the half: part of the product that follows.</summary>
    private GpuNorm? Before(GpuNorm norm) => _config.NormBeforeBlock ? norm : null;

    /// <summary>A half's norm where it comes after the half's sum (OPT-350m): a launch of its own, for it replaces what the next half adds to.</summary>
    private void After(GpuNorm norm, GpuRows hidden)
    {
        if (!_config.NormBeforeBlock) _kernels.Normalize(norm, _config.HiddenSize, hidden, hidden);
    }
}
