using CodeExit.Inference.Checkpoints;
using CodeExit.Inference.Compute.Cpu;
using CodeExit.Inference.Models;

namespace CodeExit.Inference.Compute.Gpu;

/// <summary>
/// What a model takes on a device, bytes: known from shapes alone, before a weight is read or a device opened. A test holds it against what
/// is allocated; what the driver takes for itself is not in it.
/// </summary>
/// <param name="Weights">Projections, head, embeddings, norms.</param>
/// <param name="Cache">Keys and values of a whole context.</param>
/// <param name="Scratch">States of a whole context, and what a pass and a read-out need.</param>
/// <param name="LargestBuffer">The largest thing that must lie in one piece.</param>
/// <param name="LargestName">What that is, for people.</param>
public sealed record GpuMemory(long Weights, long Cache, long Scratch, long LargestBuffer, string LargestName)
{
    public long Total => Weights + Cache + Scratch;

    /// <param name="contextLength">Positions of a sequence.</param>
    public static GpuMemory Of(Checkpoint checkpoint, WeightPrecision precision, int contextLength) =>
        Of(checkpoint.Config, checkpoint.Tensors, precision, DecoderModel.ClampContext(checkpoint, contextLength));

    private static GpuMemory Of(ModelConfig config, DecoderTensors tensors, WeightPrecision precision, int context)
    {
        var parts = new List<(long Bytes, string Name)>();
        foreach (var layer in tensors.Layers)
        {
            parts.Add((Matrix(precision, layer.Query, layer.Key, layer.Value), "a layer's query, key and value weights"));
            parts.Add((Matrix(precision, layer.Output), "a layer's output weights"));
            parts.Add((layer.Gate is { } gate ? Matrix(precision, gate, layer.Up) : Matrix(precision, layer.Up), "a layer's feed-forward weights"));
            parts.Add((Matrix(precision, layer.Down), "a layer's down weights"));
        }
        parts.Add((Matrix(precision, tensors.Head), "the LM head"));
        if (!config.TiedEmbedding) parts.Add((Matrix(precision, new LinearTensors(tensors.TokenEmbedding, null)), "the token embeddings"));
        foreach (var extra in new[] { tensors.ProjectIn, tensors.ProjectOut }) if (extra is not null) parts.Add((Matrix(precision, extra), "an embedding's projection"));
        if (tensors.PositionEmbedding is { } positions) parts.Add(((long)positions.Rows * positions.Columns * sizeof(float), "the position embeddings"));
        foreach (var head in config.Learned.Heads.Values)
        {
            parts.Add((Matrix(precision, head.Rank, config.HiddenSize) + Matrix(precision, config.HiddenSize, head.Rank) + Rows(2, config.HiddenSize), "an exit head"));
        }
        var norms = Rows(4 * (long)config.LayerCount + 2, config.HiddenSize);

        var keys = (long)config.KeyValueHeadCount * context * config.HeadDim * sizeof(float);
        var states = Rows(context, config.HiddenSize);
        List<(long Bytes, string Name)> inOnePiece = [.. parts, (keys, "a layer's keys"), (states, "the states of a context")];
        var (largest, name) = inOnePiece.MaxBy(part => part.Bytes);
        return new GpuMemory(
            parts.Sum(part => part.Bytes) + norms, 2 * config.LayerCount * keys, states + Working(config, context), largest, name);
    }

    private static long Working(ModelConfig config, int context)
    {
        var rows = Math.Min(GpuDecoderModel.MaxRows, context);
        var pass = Rows(rows, config.HeadCount * config.HeadDim) * 2 + Rows(rows, config.IntermediateSize);
        var readOut = Rows(GpuKernels.Tile, config.VocabularySize) + Rows(GpuKernels.Tile, config.HiddenSize)
            + config.Learned.Heads.Values.Sum(head => Rows(GpuKernels.Tile, head.Rank));
        var rotary = config.Rotary is { } angles ? 2L * context * angles.InverseFrequencies.Length * sizeof(float) : 0;
        return pass + readOut + rotary + (long)context * sizeof(int);
    }

    /// <summary>Of projections that lie in one buffer. Scales and biases have their own, and are counted in.</summary>
    private static long Matrix(WeightPrecision precision, params ReadOnlySpan<LinearTensors> parts)
    {
        var (outputs, hasBias) = (0L, false);
        foreach (var part in parts) (outputs, hasBias) = (outputs + part.Weight.Rows, hasBias || part.Bias is not null);
        return Matrix(precision, outputs, parts[0].Weight.Columns) + (hasBias ? outputs * sizeof(float) : 0);
    }

    private static long Matrix(WeightPrecision precision, long outputs, int columns) => outputs * precision switch
    {
        WeightPrecision.F32 => (long)GpuRows.Pad(columns) * sizeof(float),
        WeightPrecision.BF16 => (long)GpuRows.Pad(columns) * sizeof(ushort),
        // groups of 64 columns with an F32 scale
        _ => (columns + 63) / 64 * (64 + sizeof(float)),
    };

    private static long Rows(long rows, int columns) => rows * GpuRows.Pad(columns) * sizeof(float);
}
