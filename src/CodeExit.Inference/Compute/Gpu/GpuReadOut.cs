using CodeExit.Inference.Compute.Gpu.OpenCl;
using CodeExit.Inference.Models;

namespace CodeExit.Inference.Compute.Gpu;

/// <summary>Logits of hidden states: final norm or an exit's own, OPT-350m's projection, LM head. The head is read once for a tile of rows.</summary>
internal sealed class GpuReadOut
{
    private const int MaxRows = GpuKernels.Tile;

    private readonly GpuKernels _kernels;
    private readonly GpuLinear _head;
    private readonly GpuLinear? _projectOut;
    private readonly GpuNorm? _norm;
    private readonly Dictionary<int, GpuExitHead> _exitHeads = []; // by layers run
    private readonly GpuRows _normed, _projected;

    public GpuReadOut(GpuRuntime runtime, GpuKernels kernels, GpuLinear head, GpuLinear? projectOut, NormTensors? finalNorm, ModelConfig config)
    {
        (_kernels, _head, _projectOut) = (kernels, head, projectOut);
        _norm = finalNorm is null ? null : new GpuNorm(runtime, finalNorm, config);
        _normed = GpuRows.Allocate(runtime, MaxRows, config.HiddenSize);
        _projected = GpuRows.Allocate(runtime, MaxRows, config.EmbeddingSize);
        if (config.Learned.Heads.Count > 0) kernels.Compile(WeightPrecision.BF16, LinearTile.One, LinearTile.Four, LinearTile.Eight);
        foreach (var (layer, exitHead) in config.Learned.Heads)
        {
            _exitHeads[layer] = new GpuExitHead(runtime, exitHead, finalNorm, config, MaxRows);
        }
    }

    public long Bytes => _head.Bytes + (_projectOut?.Bytes ?? 0);

    /// <param name="layer">Layers that the states have run.</param>
    /// <param name="logits">Its rows 0 … count − 1 are filled. Nothing is waited for.</param>
    public void Run(GpuHiddenStates states, int layer, int first, int count, GpuLogits logits)
    {
        for (var done = 0; done < count; done += MaxRows)
        {
            var rows = Math.Min(MaxRows, count - done);
            var (input, norm) = (states.Rows(first + done, rows), _norm);
            if (_exitHeads.TryGetValue(layer, out var exitHead))
            {
                exitHead.Apply(_kernels, input, _normed with { Count = rows });
                (input, norm) = (_normed with { Count = rows }, null);
            }
            if (_projectOut is not null)
            {
                _kernels.Product(_projectOut, norm, input, _projected with { Count = rows });
                (input, norm) = (_projected with { Count = rows }, null);
            }
            _kernels.Product(_head, norm, input, logits.Values(done, rows));
        }
    }
}
