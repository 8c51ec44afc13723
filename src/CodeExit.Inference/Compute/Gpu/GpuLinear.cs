using CodeExit.Inference.Checkpoints;
using CodeExit.Inference.Compute.Gpu.OpenCl;
using CodeExit.Inference.Models;

namespace CodeExit.Inference.Compute.Gpu;

/// <summary>One or several projections of the same input as one matrix on the device, laid out as <c>weights.cl</c> says.</summary>
internal sealed class GpuLinear
{
    /// <summary>OUTPUTS of the sources: outputs of a block.</summary>
    public const int BlockOutputs = 8;

    /// <summary>What is packed on the host at a time.</summary>
    private const int ChunkBytes = 16 << 20;

    /// <param name="byTurns">Rows of the parts by turns (first of each, second of each, …) in place of one part after the other.</param>
    public GpuLinear(GpuRuntime runtime, WeightPrecision precision, bool byTurns, params ReadOnlySpan<LinearTensors> parts)
        : this(runtime, precision, byTurns ? LinearRows.ByTurns(parts) : LinearRows.InSequence(parts))
    {
    }

    /// <param name="rows">Which row of which projection each output is.</param>
    public GpuLinear(GpuRuntime runtime, WeightPrecision precision, LinearRow[] rows)
    {
        (Precision, Outputs, Columns) = (precision, rows.Length, rows[0].Of.Weight.Columns);
        var packer = new GpuLinearPacker(rows, precision);
        Weight = runtime.Allocate(packer.Blocks * packer.BlockBytes);
        Scales = packer.BlockScales == 0 ? null : runtime.Allocate((long)packer.Blocks * packer.BlockScales * sizeof(float));
        if (!runtime.IsOnPaper) Upload(runtime, packer); // no weight is read for counting
        if (rows.Any(row => row.Of.Bias is not null)) Bias = runtime.Upload<float>(Biases(rows, packer.Blocks * BlockOutputs));
    }

    public WeightPrecision Precision { get; }

    public GpuBuffer Weight { get; }

    /// <summary>Int8 only.</summary>
    public GpuBuffer? Scales { get; }

    public GpuBuffer? Bias { get; }

    public int Outputs { get; }

    public int Columns { get; }

    /// <summary>Row length of an input.</summary>
    public int Stride => GpuRows.Pad(Columns);

    /// <summary>Bytes read by one product.</summary>
    public long Bytes => Weight.Bytes + (Scales?.Bytes ?? 0) + (Bias?.Bytes ?? 0);

    private void Upload(GpuRuntime runtime, GpuLinearPacker packer)
    {
        var chunk = (int)Math.Clamp(ChunkBytes / packer.BlockBytes, 1, packer.Blocks);
        var (bytes, scales) = (new byte[chunk * packer.BlockBytes], new float[chunk * packer.BlockScales]);
        for (var first = 0; first < packer.Blocks; first += chunk)
        {
            var count = Math.Min(chunk, packer.Blocks - first);
            packer.Pack(first, count, bytes, scales);
            runtime.Write<byte>(Weight, first * packer.BlockBytes, bytes.AsSpan(0, (int)(count * packer.BlockBytes)));
            if (Scales is not null) runtime.Write<float>(Scales, (long)first * packer.BlockScales, scales.AsSpan(0, count * packer.BlockScales));
        }
    }

    private static float[] Biases(LinearRow[] rows, int length)
    {
        var biases = new float[length];
        var read = new Dictionary<CheckpointTensor, float[]>(ReferenceEqualityComparer.Instance);
        for (var i = 0; i < rows.Length; i++)
        {
            if (rows[i].Of.Bias is not { } bias) continue;
            if (!read.TryGetValue(bias, out var values)) read[bias] = values = bias.ToArray();
            biases[i] = values[rows[i].Row];
        }
        return biases;
    }
}
