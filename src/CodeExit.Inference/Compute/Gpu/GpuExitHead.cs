using CodeExit.Inference.Checkpoints;
using CodeExit.Inference.Compute.Gpu.OpenCl;
using CodeExit.Inference.EarlyExit.Learned;
using CodeExit.Inference.Models;

namespace CodeExit.Inference.Compute.Gpu;

/// <summary>A learned <see cref="ExitHead"/>: n = norm(h), z = n + Up (Down n). Weights are BF16 whatever the model's are, as on the processor.</summary>
internal sealed unsafe class GpuExitHead
{
    private readonly GpuNorm? _norm;
    private readonly GpuLinear _down, _up;
    private readonly GpuRows _inner;

    /// <param name="finalNorm">The model's: its bias serves all exits. Null where there is no final norm; then the head has none either.</param>
    /// <param name="rows">Most rows of one read-out.</param>
    public GpuExitHead(GpuRuntime runtime, ExitHead head, NormTensors? finalNorm, ModelConfig config, int rows)
    {
        _norm = finalNorm is null ? null : new GpuNorm(runtime, finalNorm, config, head.Norm);
        _down = Linear(runtime, head.Down, head.Rank, config.HiddenSize);
        _up = Linear(runtime, head.Up, config.HiddenSize, head.Rank);
        _inner = GpuRows.Allocate(runtime, rows, head.Rank);
    }

    /// <summary>z of each row of x; z's rows begin at 0.</summary>
    public void Apply(GpuKernels kernels, GpuRows x, GpuRows z)
    {
        var inner = _inner with { Count = x.Count };
        if (_norm is null)
        {
            kernels.Product(_down, null, x, inner);
            kernels.Product(_up, null, inner, z);
            kernels.Add(_down.Columns, x, z);
            return;
        }
        kernels.Normalize(_norm, _down.Columns, x, z);
        kernels.Product(_down, null, z, inner);
        kernels.AddProduct(_up, inner, z);
    }

    private static GpuLinear Linear(GpuRuntime runtime, float[] weights, int outputs, int inputs)
    {
        fixed (float* data = weights)
        {
            var tensor = new CheckpointTensor("exit head", LearnedExitsFile.Name, TensorType.F32, outputs, inputs, (nint)data);
            return new GpuLinear(runtime, WeightPrecision.BF16, byTurns: false, new LinearTensors(tensor, null));
        }
    }
}
