using CodeExit.Inference.Checkpoints;

namespace CodeExit.Inference.Models;

/// <summary>A projection: weight [out, in], bias [out] where the family has one.</summary>
public sealed record LinearTensors(CheckpointTensor Weight, CheckpointTensor? Bias);

/// <summary>A norm: weight and bias of [hidden]; either may be absent (OPT without affine norms).</summary>
public sealed record NormTensors(CheckpointTensor? Weight, CheckpointTensor? Bias);

/// <summary>One block. <see cref="Gate"/> is null where the feed-forward half is not gated (StarCoder2, OPT).</summary>
public sealed record LayerTensors(
    NormTensors AttentionNorm,
    LinearTensors Query,
    LinearTensors Key,
    LinearTensors Value,
    LinearTensors Output,
    NormTensors MlpNorm,
    LinearTensors? Gate,
    LinearTensors Up,
    LinearTensors Down);

/// <summary>
/// Every tensor of a decoder by its role, whatever the family calls it; all present, all shapes checked.
/// </summary>
/// <param name="TokenEmbedding">[vocabulary, embedding].</param>
/// <param name="PositionEmbedding">[positions + offset, hidden]; OPT only.</param>
/// <param name="ProjectIn">[hidden, embedding]; OPT-350m only.</param>
/// <param name="ProjectOut">[embedding, hidden]; OPT-350m only.</param>
/// <param name="FinalNorm">Null for OPT-350m.</param>
/// <param name="Head">[vocabulary, embedding]; the same object as the token embedding where tied.</param>
public sealed record DecoderTensors(
    CheckpointTensor TokenEmbedding,
    CheckpointTensor? PositionEmbedding,
    LinearTensors? ProjectIn,
    LinearTensors? ProjectOut,
    IReadOnlyList<LayerTensors> Layers,
    NormTensors? FinalNorm,
    LinearTensors Head);
