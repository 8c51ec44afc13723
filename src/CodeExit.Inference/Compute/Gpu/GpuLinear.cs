using CodeExit.Inference.Checkpoints;
using CodeExit.Inference.Compute.Cpu;
using CodeExit.Inference.Compute.Gpu.OpenCl;
using CodeExit.Inference.Models;

namespace CodeExit.Inference.Compute.Gpu;

/// <summary>
/// One or several projections of the same input as one matrix on the device: [outputs, <see cref="Stride"/>], F32 or BF16, row-major, rows
/// padded with zeros.
/// </summary>
internal sealed unsafe class GpuLinear
{
    /// <summary>What is packed on the host at a time.</summary>
    private const int ChunkBytes = 16 << 20;

    /// <param name="byTurns">Rows of the parts by turns (first of each, second of each, …) in place of one part after the other.</param>
    public GpuLinear(GpuRuntime runtime, WeightPrecision precision, bool byTurns, params ReadOnlySpan<LinearTensors> parts)
    {
        foreach (var part in parts) Outputs += part.Weight.Rows;
        Columns = parts[0].Weight.Columns;
        var rows = new (LinearTensors Part, int Row)[Outputs];
        for (var (i, part) = (0, 0); part < parts.Length; part++)
        {
            for (var row = 0; row < parts[part].Weight.Rows; row++, i++) rows[byTurns ? row * parts.Length + part : i] = (parts[part], row);
        }
        Weight = precision == WeightPrecision.F32 ? Pack(runtime, rows, value => value) : Pack(runtime, rows, MatrixPacker.RoundToBF16);
        if (rows.Any(row => row.Part.Bias is not null)) Bias = runtime.Upload<float>(Biases(rows));
    }

    public GpuBuffer Weight { get; }

    public GpuBuffer? Bias { get; }

    public int Outputs { get; }

    public int Columns { get; }

    /// <summary>Elements from a row to the next.</summary>
    public int Stride => GpuRows.Pad(Columns);

    /// <summary>Bytes read by one product.</summary>
    public long Bytes => Weight.Bytes + (Bias?.Bytes ?? 0);

    private GpuBuffer Pack<T>(GpuRuntime runtime, (LinearTensors Part, int Row)[] rows, Func<float, T> convert) where T : unmanaged
    {
        var buffer = runtime.Allocate(Math.Max(sizeof(int), (long)rows.Length * Stride * sizeof(T)));
        if (runtime.IsOnPaper) return buffer; // no weight is read for counting
        var chunkRows = Math.Clamp(ChunkBytes / (Stride * sizeof(T)), 1, rows.Length);
        var chunk = new T[chunkRows * Stride];
        var values = new float[Columns];
        for (var first = 0; first < rows.Length; first += chunkRows)
        {
            var count = Math.Min(chunkRows, rows.Length - first);
            for (var i = 0; i < count; i++)
            {
                var (part, row) = rows[first + i];
                fixed (float* target = values) part.Weight.ReadRow(row, 0, Columns, target);
                for (var column = 0; column < Columns; column++) chunk[i * Stride + column] = convert(values[column]);
            }
            runtime.Write<T>(buffer, (long)first * Stride, chunk.AsSpan(0, count * Stride));
        }
        return buffer;
    }

    private static float[] Biases((LinearTensors Part, int Row)[] rows)
    {
        var biases = new float[rows.Length];
        var read = new Dictionary<CheckpointTensor, float[]>(ReferenceEqualityComparer.Instance);
        for (var i = 0; i < rows.Length; i++)
        {
            if (rows[i].Part.Bias is not { } bias) continue;
            if (!read.TryGetValue(bias, out var values)) read[bias] = values = bias.ToArray();
            biases[i] = values[rows[i].Row];
        }
        return biases;
    }
}
