using CodeExit.Inference.Compute.Gpu.OpenCl;
using CodeExit.Inference.EarlyExit.Learned;

namespace CodeExit.Inference.Compute.Gpu;

/// <summary>What is asked of hidden states on the device (<c>states.cl</c>): one launch a question, and the answer is all that is read.</summary>
internal sealed class StateKernels
{
    /// <summary>LANES of the source.</summary>
    private const int Lanes = 256;

    private readonly GpuRuntime _runtime;
    private readonly int _hiddenSize;
    private readonly GpuKernel _evaluate, _cosine, _keep;
    private readonly GpuBuffer _similarity;
    private readonly Dictionary<ProbeNetwork, GpuProbeNetwork> _networks = []; // networks have no equality but their own

    /// <exception cref="GpuException">The driver cannot compile the kernels.</exception>
    public StateKernels(GpuRuntime runtime, int hiddenSize)
    {
        (_runtime, _hiddenSize) = (runtime, hiddenSize);
        var kernels = runtime.Build(GpuKernels.Source("lanes", "states"), "", "evaluate", "cosine", "keep");
        (_evaluate, _cosine, _keep) = (kernels[0], kernels[1], kernels[2]);
        _similarity = runtime.Allocate(sizeof(float));
    }

    /// <summary>Uploads the network when it is asked first.</summary>
    /// <param name="state">One row.</param>
    public void Evaluate(ProbeNetwork network, GpuRows state, ReadOnlySpan<float> rest, Span<float> outputs)
    {
        if (!_networks.TryGetValue(network, out var probe)) _networks[network] = probe = new GpuProbeNetwork(_runtime, network, _hiddenSize);
        probe.SetRest(rest);
        _evaluate.With(state.Buffer, state.Stride, state.First, _hiddenSize, probe.RestValues, probe.Shapes, probe.Layers);
        _evaluate.With(probe.Rounded, probe.Exact, probe.Inner, probe.Width, probe.Outputs);
        _runtime.Launch(_evaluate, (Lanes, 1, 1), Lanes);
        _runtime.Read(probe.Outputs, 0, outputs);
    }

    /// <param name="state">One row.</param>
    /// <param name="kept">Its first row becomes it.</param>
    public void Keep(GpuRows state, GpuRows kept)
    {
        _keep.With(state.Buffer, state.Stride, state.First, kept.Buffer);
        _runtime.Launch(_keep, (_hiddenSize, 1, 1));
    }

    /// <inheritdoc cref="Keep"/>
    /// <param name="kept">Its first row is what is compared with.</param>
    public float Cosine(GpuRows state, GpuRows kept)
    {
        _cosine.With(state.Buffer, state.Stride, state.First, _hiddenSize, kept.Buffer, _similarity);
        _runtime.Launch(_cosine, (Lanes, 1, 1), Lanes);
        var similarity = 0f;
        _runtime.Read(_similarity, 0, new Span<float>(ref similarity));
        return similarity;
    }
}
