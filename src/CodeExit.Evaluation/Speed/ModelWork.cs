using CodeExit.Inference.Checkpoints;
using CodeExit.Inference.Models;

namespace CodeExit.Evaluation.Speed;

/// <summary>
/// What a decoder must move and compute for a token: the limits that its speed is held against. Norms, biases and activations are left out
/// (under 1 % of the work).
/// </summary>
/// <param name="Parameters">Stored parameters; a tied head counts once.</param>
/// <param name="BlockWeights">Weights of all blocks' projections: what each position multiplies with once.</param>
/// <param name="HeadWeights">Weights of the LM head, which only positions that are read out multiply with.</param>
/// <param name="AttentionWidth">Layers × query heads × head dim: a query-key pair costs 4 operations for each.</param>
public sealed record ModelWork(long Parameters, long BlockWeights, long HeadWeights, long AttentionWidth)
{
    /// <summary>Keys and values that a position has in all layers together: numbers, not bytes.</summary>
    public long CacheWidth { get; init; }

    public static ModelWork Of(ModelConfig config, DecoderTensors tensors) => new(
        Count(Distinct(tensors)),
        Count(tensors.Layers.SelectMany(Projections)),
        Count([tensors.Head.Weight, .. Linear(tensors.ProjectOut)]),
        (long)config.LayerCount * config.HeadCount * config.HeadDim)
    {
        CacheWidth = 2L * config.LayerCount * config.KeyValueHeadCount * config.HeadDim,
    };

    /// <summary>Bytes of weights read for one decoded token at batch 1. The KV cache comes on top and is left out: small at short contexts.</summary>
    /// <param name="bytesPerWeight">As resident, scales included: 4 for F32, 2 for BF16, 1 and a share of a scale for int8.</param>
    public long BytesPerToken(double bytesPerWeight) => (long)((BlockWeights + HeadWeights) * bytesPerWeight);

    /// <summary>The least bytes that a token at batch 1 takes from and to memory: each weight once, its keys and values and those it attends to once, in F32.</summary>
    /// <param name="bytesPerWeight">Without scales and padding: 4, 2 or 1.</param>
    /// <param name="position">The token's, from 0; a mean for many tokens.</param>
    public double LeastBytes(double bytesPerWeight, double position) =>
        (BlockWeights + HeadWeights) * bytesPerWeight + CacheWidth * sizeof(float) * (position + 2);

    /// <summary>Operations of a decoded token: projections and head, and attention to the positions up to its own.</summary>
    public double DecodeOperations(double position) => 2.0 * (BlockWeights + HeadWeights) + 4.0 * AttentionWidth * (position + 1);

    /// <summary>Floating-point operations (a multiply-add is two) to prefill and read out the last position: projections, causal attention, one head.</summary>
    public double PrefillOperations(int tokens)
    {
        var pairs = tokens * (tokens + 1.0) / 2; // under the causal mask
        return 2.0 * BlockWeights * tokens + 4.0 * AttentionWidth * pairs + 2.0 * HeadWeights;
    }

    private static long Count(IEnumerable<CheckpointTensor?> tensors) => tensors.Sum(tensor => tensor is null ? 0L : (long)tensor.Rows * tensor.Columns);

    /// <summary>Each stored tensor once: a tied head is the same object as the embedding.</summary>
    private static HashSet<CheckpointTensor?> Distinct(DecoderTensors tensors)
    {
        var all = new HashSet<CheckpointTensor?>(ReferenceEqualityComparer.Instance) { tensors.TokenEmbedding, tensors.PositionEmbedding };
        all.UnionWith([.. Linear(tensors.ProjectIn), .. Linear(tensors.ProjectOut), .. Norm(tensors.FinalNorm), .. Linear(tensors.Head)]);
        foreach (var layer in tensors.Layers)
        {
            all.UnionWith([.. Norm(layer.AttentionNorm), .. Norm(layer.MlpNorm), .. Projections(layer), .. Biases(layer)]);
        }
        return all;
    }

    private static IEnumerable<CheckpointTensor?> Projections(LayerTensors layer) =>
        [layer.Query.Weight, layer.Key.Weight, layer.Value.Weight, layer.Output.Weight, layer.Gate?.Weight, layer.Up.Weight, layer.Down.Weight];

    private static IEnumerable<CheckpointTensor?> Biases(LayerTensors layer) =>
        [layer.Query.Bias, layer.Key.Bias, layer.Value.Bias, layer.Output.Bias, layer.Gate?.Bias, layer.Up.Bias, layer.Down.Bias];

    private static IEnumerable<CheckpointTensor?> Linear(LinearTensors? linear) => [linear?.Weight, linear?.Bias];

    private static IEnumerable<CheckpointTensor?> Norm(NormTensors? norm) => [norm?.Weight, norm?.Bias];
}
