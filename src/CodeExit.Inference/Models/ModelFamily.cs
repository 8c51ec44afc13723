namespace CodeExit.Inference.Models;

/// <summary>A yes or no that a family fixes, or leaves to a key of <c>config.json</c> with its transformers default.</summary>
internal readonly record struct FamilyChoice(string? Key, bool Default)
{
    public static readonly FamilyChoice Always = new(null, true);
    public static readonly FamilyChoice Never = new(null, false);
}

/// <summary>Which layers attend to a window of recent positions only.</summary>
internal enum WindowRule
{
    /// <summary>None, whatever the configuration says (transformers' Llama ignores the key).</summary>
    None,

    /// <summary>All, where <c>sliding_window</c> is set.</summary>
    EveryLayer,

    /// <summary>
    /// Where <c>use_sliding_window</c>, those that <c>layer_types</c> names or, without it, those from <c>max_window_layers</c> on.
    /// </summary>
    ByLayerType,
}

/// <summary>
/// Where a family's checkpoints keep each role, without <c>.weight</c> or <c>.bias</c>; names of a block follow <c>layers.N.</c>.
/// </summary>
/// <param name="Prefixes">What may precede every name but the head's: first as whole models are saved, then as base models are.</param>
internal sealed record TensorNames(
    IReadOnlyList<string> Prefixes,
    string AttentionNorm,
    string Output,
    string MlpNorm,
    string? Gate,
    string Up,
    string Down,
    string FinalNorm);

/// <summary>
/// What tells one family of checkpoints from another, as data: keys of <c>config.json</c> with their transformers defaults, and names
/// of tensors. Adding a family whose block has the same parts is adding a row to <see cref="All"/>.
/// </summary>
internal sealed record ModelFamily
{
    /// <summary>The family's <c>model_type</c>.</summary>
    public required string ModelType { get; init; }

    /// <summary>Its entry in <c>architectures</c>, which other model types with the same layout also carry.</summary>
    public required string Architecture { get; init; }
    public required NormKind Norm { get; init; }

    /// <summary>Null where transformers fixes the value (OPT).</summary>
    public required string? NormEpsilonKey { get; init; }
    public required float NormEpsilon { get; init; }
    public string IntermediateSizeKey { get; init; } = "intermediate_size";

    /// <summary>Null where every query head has its own key and value head (OPT).</summary>
    public string? KeyValueHeadsKey { get; init; } = "num_key_value_heads";

    /// <summary>Null where a head is always hidden size / heads wide (OPT).</summary>
    public string? HeadDimKey { get; init; } = "head_dim";

    /// <summary>Null where the embedding is as wide as the hidden state.</summary>
    public string? EmbeddingSizeKey { get; init; }
    public string ActivationKey { get; init; } = "hidden_act";
    public required string Activation { get; init; }

    /// <summary>Rows of the learned position table before position 0; null where positions are rotary.</summary>
    public int? LearnedPositionOffset { get; init; }
    public WindowRule Windows { get; init; }
    public bool TiedByDefault { get; init; }
    public FamilyChoice NormBeforeBlock { get; init; } = FamilyChoice.Always;
    public FamilyChoice AffineNorms { get; init; } = FamilyChoice.Always;

    /// <summary>Only asked where norms come before each half: a model with norms after them never has a final one.</summary>
    public FamilyChoice RemoveFinalNorm { get; init; } = FamilyChoice.Never;
    public FamilyChoice QueryKeyValueBias { get; init; } = FamilyChoice.Never;
    public FamilyChoice OutputBias { get; init; } = FamilyChoice.Never;
    public FamilyChoice MlpBias { get; init; } = FamilyChoice.Never;
    public required TensorNames Names { get; init; }

    private static readonly TensorNames LlamaNames = new(
        Prefixes: ["model.", ""],
        AttentionNorm: "input_layernorm",
        Output: "self_attn.o_proj",
        MlpNorm: "post_attention_layernorm",
        Gate: "mlp.gate_proj",
        Up: "mlp.up_proj",
        Down: "mlp.down_proj",
        FinalNorm: "norm");

    private static readonly ModelFamily Llama = new()
    {
        ModelType = "llama",
        Architecture = "LlamaForCausalLM",
        Norm = NormKind.RootMeanSquare,
        NormEpsilonKey = "rms_norm_eps",
        NormEpsilon = 1e-6f,
        Activation = "silu",
        QueryKeyValueBias = new("attention_bias", false),
        OutputBias = new("attention_bias", false),
        MlpBias = new("mlp_bias", false),
        Names = LlamaNames,
    };

    /// <summary>Every family that can be run.</summary>
    public static readonly IReadOnlyList<ModelFamily> All =
    [
        Llama,
        Llama with
        {
            ModelType = "mistral",
            Architecture = "MistralForCausalLM",
            Windows = WindowRule.EveryLayer,
            QueryKeyValueBias = FamilyChoice.Never,
            OutputBias = FamilyChoice.Never,
            MlpBias = FamilyChoice.Never,
        },
        Llama with
        {
            ModelType = "qwen2",
            Architecture = "Qwen2ForCausalLM",
            Windows = WindowRule.ByLayerType,
            QueryKeyValueBias = FamilyChoice.Always,
            OutputBias = FamilyChoice.Never,
            MlpBias = FamilyChoice.Never,
        },
        new ModelFamily
        {
            ModelType = "starcoder2",
            Architecture = "Starcoder2ForCausalLM",
            Norm = NormKind.Layer,
            NormEpsilonKey = "norm_epsilon",
            NormEpsilon = 1e-5f,
            Activation = "gelu_pytorch_tanh",
            Windows = WindowRule.EveryLayer,
            TiedByDefault = true,
            QueryKeyValueBias = new("use_bias", true),
            OutputBias = new("use_bias", true),
            MlpBias = new("use_bias", true),
            Names = LlamaNames with { Gate = null, Up = "mlp.c_fc", Down = "mlp.c_proj" },
        },
        new ModelFamily
        {
            ModelType = "opt",
            Architecture = "OPTForCausalLM",
            Norm = NormKind.Layer,
            NormEpsilonKey = null,
            NormEpsilon = 1e-5f,
            IntermediateSizeKey = "ffn_dim",
            KeyValueHeadsKey = null,
            HeadDimKey = null,
            EmbeddingSizeKey = "word_embed_proj_dim",
            ActivationKey = "activation_function",
            Activation = "relu",
            LearnedPositionOffset = 2,
            TiedByDefault = true,
            NormBeforeBlock = new("do_layer_norm_before", true),
            AffineNorms = new("layer_norm_elementwise_affine", true),
            RemoveFinalNorm = new("_remove_final_layer_norm", false),
            QueryKeyValueBias = new("enable_bias", true),
            OutputBias = new("enable_bias", true),
            MlpBias = new("enable_bias", true),
            Names = new(
                Prefixes: ["model.decoder.", "decoder.", ""],
                AttentionNorm: "self_attn_layer_norm",
                Output: "self_attn.out_proj",
                MlpNorm: "final_layer_norm",
                Gate: null,
                Up: "fc1",
                Down: "fc2",
                FinalNorm: "final_layer_norm"),
        },
    ];
}
