namespace CodeExit.Inference.Models;

/// <summary>How weights are kept in memory. Arithmetic on F32 and BF16 weights is F32 throughout.</summary>
public enum WeightPrecision
{
    /// <summary>Exact for every checkpoint; what <c>inspect</c> uses where BF16 would lose bits.</summary>
    F32,

    /// <summary>Exact for BF16 checkpoints, rounded for others.</summary>
    BF16,

    /// <summary>8 bits with an F32 scale for every 64 inputs of a row; on the processor activations are 16 bits with a scale for every 64.</summary>
    Int8,
}
