using CodeExit.Inference.Checkpoints;

namespace CodeExit.Inference.Models;

/// <summary>
/// Reads <c>config.json</c>, both as transformers 5 writes it (<c>rope_parameters</c>, <c>layer_types</c>) and as version 4 did
/// (<c>rope_theta</c>, <c>rope_scaling</c>). An absent key takes the default of transformers' configuration class; sizes have none.
/// </summary>
internal sealed class ModelConfigReader
{
    // Far above any real model, far below what would overflow a product of two.
    private const int LargestSize = 1 << 24;
    private const int MostLayers = 4096;

    private static readonly Dictionary<string, Activation> Activations = new()
    {
        ["silu"] = Activation.Silu,
        ["swish"] = Activation.Silu,
        ["gelu"] = Activation.Gelu,
        ["gelu_new"] = Activation.GeluTanh,
        ["gelu_pytorch_tanh"] = Activation.GeluTanh,
        ["relu"] = Activation.Relu,
    };

    private readonly JsonSection _json;
    private readonly ModelFamily _family;

    private ModelConfigReader(JsonSection json)
    {
        _json = json;
        _family = FindFamily(json);
    }

    /// <exception cref="CheckpointException">A file is missing or a value is of the wrong type, out of range or not supported.</exception>
    public static (ModelConfig Config, TensorLayout Layout) Read(string directory)
    {
        var reader = new ModelConfigReader(JsonSection.Load(Path.Combine(directory, "config.json")));
        return (reader.ReadConfig(directory), reader.ReadLayout());
    }

    private static ModelFamily FindFamily(JsonSection json)
    {
        var type = json.OptionalText("model_type");
        var architectures = json.OptionalTexts("architectures") ?? [];
        // Models with another type but a known layout say so in their architecture.
        return ModelFamily.All.FirstOrDefault(family => family.ModelType == type)
            ?? ModelFamily.All.FirstOrDefault(family => architectures.Contains(family.Architecture))
            ?? throw json.Wrong("model_type", $"one of {string.Join(", ", ModelFamily.All.Select(family => family.ModelType))}");
    }

    private ModelConfig ReadConfig(string directory)
    {
        if (_json.Find("quantization_config") is not null)
        {
            throw _json.Wrong("quantization_config", "a checkpoint without that key, with F32, F16 or BF16 weights,");
        }
        var hidden = Size("hidden_size");
        var layers = _json.Integer("num_hidden_layers", 1, MostLayers);
        var heads = Size("num_attention_heads");
        var headDim = ReadHeadDim(hidden, heads);
        var positions = Size("max_position_embeddings");
        var vocabulary = Size("vocab_size");
        return new ModelConfig
        {
            ModelType = _family.ModelType,
            VocabularySize = vocabulary,
            HiddenSize = hidden,
            IntermediateSize = Size(_family.IntermediateSizeKey),
            LayerCount = layers,
            HeadCount = heads,
            KeyValueHeadCount = ReadKeyValueHeads(heads),
            HeadDim = headDim,
            MaxPositions = positions,
            Norm = _family.Norm,
            NormEpsilon = ReadNormEpsilon(),
            NormBeforeBlock = Choose(_family.NormBeforeBlock),
            Activation = ReadActivation(),
            Rotary = _family.LearnedPositionOffset is null ? RotaryEmbeddingReader.Read(_json, headDim, positions) : null,
            LearnedPositionOffset = _family.LearnedPositionOffset ?? 0,
            SlidingWindows = ReadWindows(layers),
            EmbeddingSize = OptionalSize(_family.EmbeddingSizeKey) ?? hidden,
            TiedEmbedding = _json.Flag("tie_word_embeddings", _family.TiedByDefault),
            BeginOfTextToken = SpecialTokens.ReadBeginOfText(_json, vocabulary),
            EndOfTextTokens = SpecialTokens.ReadEndOfText(_json, directory, vocabulary),
            ExitLayers = ExitLayersReader.Read(directory, layers),
        };
    }

    private TensorLayout ReadLayout() => new(
        _family.Names,
        QueryKeyValueBias: Choose(_family.QueryKeyValueBias),
        OutputBias: Choose(_family.OutputBias),
        MlpBias: Choose(_family.MlpBias),
        AffineNorms: Choose(_family.AffineNorms),
        FinalNorm: Choose(_family.NormBeforeBlock) && !Choose(_family.RemoveFinalNorm));

    private int Size(string key) => _json.Integer(key, 1, LargestSize);

    private int? OptionalSize(string? key) => key is null ? null : _json.OptionalInteger(key, 1, LargestSize);

    private bool Choose(FamilyChoice choice) => choice.Key is null ? choice.Default : _json.Flag(choice.Key, choice.Default);

    private int ReadHeadDim(int hidden, int heads)
    {
        var stated = OptionalSize(_family.HeadDimKey);
        if (stated is null && hidden % heads != 0) throw _json.Wrong("num_attention_heads", $"a divisor of hidden_size ({hidden})");
        var headDim = stated ?? hidden / heads;
        // Rotation turns pairs of dimensions.
        if (_family.LearnedPositionOffset is null && headDim % 2 != 0)
        {
            throw stated is null
                ? _json.Wrong("num_attention_heads", $"a count that makes hidden_size ({hidden}) / num_attention_heads even")
                : _json.Wrong(_family.HeadDimKey!, "an even number");
        }
        return headDim;
    }

    private int ReadKeyValueHeads(int heads)
    {
        var keyValueHeads = OptionalSize(_family.KeyValueHeadsKey) ?? heads;
        return heads % keyValueHeads == 0
            ? keyValueHeads
            : throw _json.Wrong(_family.KeyValueHeadsKey!, $"a divisor of num_attention_heads ({heads})");
    }

    private float ReadNormEpsilon() =>
        _family.NormEpsilonKey is { } key && _json.OptionalPositive(key) is { } epsilon ? (float)epsilon : _family.NormEpsilon;

    private Activation ReadActivation()
    {
        var name = _json.OptionalText(_family.ActivationKey) ?? _family.Activation;
        return Activations.TryGetValue(name, out var activation)
            ? activation
            : throw _json.Wrong(_family.ActivationKey, $"one of {string.Join(", ", Activations.Keys)}");
    }

    private int?[] ReadWindows(int layers)
    {
        if (_family.Windows == WindowRule.None) return new int?[layers];
        var byLayer = _family.Windows == WindowRule.ByLayerType;
        // Qwen2 keeps a window that it does not use in its configuration.
        var window = byLayer && !_json.Flag("use_sliding_window", false) ? null : OptionalSize("sliding_window");
        var slides = byLayer ? ReadSlidingLayers(layers, window) : Enumerable.Repeat(true, layers);
        return [.. slides.Select(sliding => sliding ? window : null)];
    }

    private IEnumerable<bool> ReadSlidingLayers(int layers, int? window)
    {
        const string Sliding = "sliding_attention";
        if (_json.OptionalTexts("layer_types") is not { } types)
        {
            var firstSliding = _json.OptionalInteger("max_window_layers", 0, LargestSize) ?? 28; // Qwen2Config's default
            return Enumerable.Range(0, layers).Select(layer => layer >= firstSliding);
        }
        if (types.Length != layers || !types.All(type => type is Sliding or "full_attention"))
        {
            throw _json.Wrong("layer_types", $"{layers} times (num_hidden_layers) full_attention or {Sliding}");
        }
        if (window is null && types.Contains(Sliding))
        {
            throw _json.Wrong("layer_types", $"full_attention everywhere, or use_sliding_window true and a sliding_window,");
        }
        return types.Select(type => type == Sliding);
    }
}
