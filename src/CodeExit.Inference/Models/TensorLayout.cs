namespace CodeExit.Inference.Models;

/// <summary>Which of a family's optional tensors this checkpoint has, as its configuration decides.</summary>
/// <param name="AffineNorms">Norms have a weight (and, for <see cref="NormKind.Layer"/>, a bias).</param>
/// <param name="FinalNorm">A norm stands between the last block and the head.</param>
internal sealed record TensorLayout(
    TensorNames Names,
    bool QueryKeyValueBias,
    bool OutputBias,
    bool MlpBias,
    bool AffineNorms,
    bool FinalNorm);
