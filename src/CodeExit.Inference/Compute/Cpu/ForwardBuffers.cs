using CodeExit.Inference.Models;

namespace CodeExit.Inference.Compute.Cpu;

/// <summary>What a <see cref="ForwardPass"/> keeps between its steps, allocated once, for up to <c>rows</c> positions.</summary>
internal sealed class ForwardBuffers : IDisposable
{
    /// <param name="layer">Any layer: all have the same shapes.</param>
    public ForwardBuffers(ModelConfig config, CpuLayer layer, WeightPrecision precision, int rows, int workers)
    {
        var heads = config.HeadCount * config.HeadDim;
        var widest = Math.Max(config.HiddenSize, Math.Max(heads, config.IntermediateSize));
        Input = new ActivationBuffer(precision, rows, config.HiddenSize);
        Attended = new ActivationBuffer(precision, rows, heads);
        Mlp = new ActivationBuffer(precision, rows, config.IntermediateSize);
        Own = new ActivationBuffer[workers];
        for (var worker = 0; worker < workers; worker++) Own[worker] = new ActivationBuffer(precision, Math.Min(rows, ForwardPass.FewRows), widest);
        Queries = new AlignedBuffer<float>((long)rows * layer.Query.OutputStride);
        Keys = new AlignedBuffer<float>((long)rows * layer.Key.OutputStride);
        Values = new AlignedBuffer<float>((long)rows * layer.Value.OutputStride);
        Gate = new AlignedBuffer<float>((long)rows * Mlp.Stride);
        Projected = new AlignedBuffer<float>((long)rows * VectorMath.Pad(config.HiddenSize));
    }

    /// <summary>Normed hidden states, the input of both halves of a block.</summary>
    public ActivationBuffer Input { get; }

    /// <summary>What the heads attended to, side by side: the input of the output projection.</summary>
    public ActivationBuffer Attended { get; }

    /// <summary>Activations between the two products of the feed-forward half.</summary>
    public ActivationBuffer Mlp { get; }

    /// <summary>A few rows for each worker, as wide as the widest input: what it prepares for itself alone.</summary>
    public ActivationBuffer[] Own { get; }

    public AlignedBuffer<float> Queries { get; }

    public AlignedBuffer<float> Keys { get; }

    public AlignedBuffer<float> Values { get; }

    /// <summary>[rows, Mlp.Stride].</summary>
    public AlignedBuffer<float> Gate { get; }

    /// <summary>What a block's half adds to the hidden state.</summary>
    public AlignedBuffer<float> Projected { get; }

    public void Dispose()
    {
        Input.Dispose();
        Attended.Dispose();
        Mlp.Dispose();
        foreach (var buffer in Own) buffer.Dispose();
        Queries.Dispose();
        Keys.Dispose();
        Values.Dispose();
        Gate.Dispose();
        Projected.Dispose();
    }
}
