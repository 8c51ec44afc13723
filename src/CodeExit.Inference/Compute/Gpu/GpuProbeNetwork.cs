using CodeExit.Inference.Compute.Cpu;
using CodeExit.Inference.Compute.Gpu.OpenCl;
using CodeExit.Inference.EarlyExit.Learned;

namespace CodeExit.Inference.Compute.Gpu;

/// <summary>
/// A <see cref="ProbeNetwork"/> on the device, its weights rounded where the host rounds them. What the host knows beside the state is
/// written only when it changes: a price or a place is the same for many tokens.
/// </summary>
internal sealed class GpuProbeNetwork
{
    private readonly GpuRuntime _runtime;
    private readonly float[] _rest;
    private bool _isRestThere;

    public GpuProbeNetwork(GpuRuntime runtime, ProbeNetwork network, int hiddenSize)
    {
        _runtime = runtime;
        _rest = new float[network.Inputs - hiddenSize];
        var (shapes, rounded, exact) = (new List<int>(), new List<ushort>(), new List<float>());
        foreach (var layer in network.Layers)
        {
            shapes.AddRange(layer.Inputs, layer.Outputs, layer.IsRounded ? 1 : 0, layer.IsRounded ? rounded.Count : exact.Count);
            if (layer.IsRounded)
            {
                foreach (var weight in layer.Weights) rounded.Add(MatrixPacker.RoundToBF16(weight));
            }
            else
            {
                exact.AddRange(layer.Weights);
            }
            shapes.Add(exact.Count);
            exact.AddRange(layer.Bias);
        }
        Layers = network.Layers.Count;
        Width = network.Layers.Max(layer => layer.Outputs);
        Shapes = runtime.Upload<int>([.. shapes]);
        Rounded = runtime.Upload<ushort>([.. rounded]);
        Exact = runtime.Upload<float>([.. exact]);
        RestValues = runtime.Allocate(Math.Max(1, _rest.Length) * sizeof(float));
        Inner = runtime.Allocate(2L * Width * sizeof(float));
        Outputs = runtime.Allocate((long)network.Outputs * sizeof(float));
    }

    public int Layers { get; }

    /// <summary>Outputs of the widest layer.</summary>
    public int Width { get; }

    /// <summary>The source's dense, one for each layer: inputs, outputs, whether it is rounded, where weights and biases begin.</summary>
    public GpuBuffer Shapes { get; }

    /// <summary>Weights in BF16.</summary>
    public GpuBuffer Rounded { get; }

    /// <summary>Weights in F32, and every bias.</summary>
    public GpuBuffer Exact { get; }

    /// <summary>Inputs behind the state.</summary>
    public GpuBuffer RestValues { get; }

    /// <summary>Scratch, [2, width].</summary>
    public GpuBuffer Inner { get; }

    public GpuBuffer Outputs { get; }

    public void SetRest(ReadOnlySpan<float> rest)
    {
        if (_isRestThere && rest.SequenceEqual(_rest)) return;
        rest.CopyTo(_rest);
        _runtime.Write(RestValues, 0, rest);
        _isRestThere = true;
    }
}
