using CodeExit.Inference.EarlyExit.Learned;

namespace CodeExit.Inference.Models;

/// <summary>How hidden states are normalised before each half of a block.</summary>
public enum NormKind
{
    /// <summary>x / rms(x) · weight (Llama, Qwen2).</summary>
    RootMeanSquare,

    /// <summary>(x − mean) / std · weight + bias (StarCoder2, OPT).</summary>
    Layer,
}

/// <summary>Non-linearity of the feed-forward half.</summary>
public enum Activation
{
    Silu,
    Gelu,
    GeluTanh,
    Relu,
}

/// <summary>
/// Rotary position embedding (Su et al., RoFormer), rotate-half convention of Hugging Face.
/// </summary>
/// <param name="InverseFrequencies">One angle per position step for each pair of the head, with any scaling (linear, llama3) already applied; length RotaryDim / 2.</param>
/// <param name="AttentionFactor">Factor on cos and sin; 1 unless the scaling asks for another.</param>
public sealed record RotaryEmbedding(float[] InverseFrequencies, float AttentionFactor);

/// <summary>
/// Shape and arithmetic of one decoder, read from <c>config.json</c> and validated. Families differ only in these values and in tensor names.
/// </summary>
public sealed record ModelConfig
{
    /// <summary>Hugging Face <c>model_type</c>: "llama", "mistral", "qwen2", "starcoder2", "opt".</summary>
    public required string ModelType { get; init; }
    public required int VocabularySize { get; init; }
    public required int HiddenSize { get; init; }
    public required int IntermediateSize { get; init; }
    public required int LayerCount { get; init; }
    public required int HeadCount { get; init; }
    public required int KeyValueHeadCount { get; init; }
    public required int HeadDim { get; init; }

    /// <summary>Longest context the model was made for, in tokens.</summary>
    public required int MaxPositions { get; init; }
    public required NormKind Norm { get; init; }
    public required float NormEpsilon { get; init; }

    /// <summary>False only for OPT-350m: norms come after each half's residual sum, and there is no final norm.</summary>
    public bool NormBeforeBlock { get; init; } = true;
    public required Activation Activation { get; init; }

    /// <summary>Null where positions are learned (OPT).</summary>
    public RotaryEmbedding? Rotary { get; init; }

    /// <summary>Offset added to a position before the learned table is read (OPT: 2).</summary>
    public int LearnedPositionOffset { get; init; }

    /// <summary>For each layer the number of most recent positions it attends to, itself included; null attends to all.</summary>
    public required IReadOnlyList<int?> SlidingWindows { get; init; }

    /// <summary>Width of the token embedding where it differs from the hidden size (OPT-350m: 512 with 1,024), else <see cref="HiddenSize"/>.</summary>
    public required int EmbeddingSize { get; init; }
    public required bool TiedEmbedding { get; init; }
    public int? BeginOfTextToken { get; init; }
    public IReadOnlyList<int> EndOfTextTokens { get; init; } = [];

    /// <summary>Layers (1-based, after N blocks) whose states can be read out, ascending; the last layer is always among them. Those that <c>exits.json</c> says were trained for it, and those that <see cref="Learned"/> has heads for.</summary>
    public required IReadOnlyList<int> ExitLayers { get; init; }

    /// <summary>What was learned on top of the weights, from <c>exit-policies.safetensors</c>.</summary>
    public LearnedExits Learned { get; init; } = LearnedExits.None;
}
