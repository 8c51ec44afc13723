using CodeExit.Inference.Checkpoints;

namespace CodeExit.Inference.Models;

/// <summary>Finds a decoder's tensors by their family's names and checks every shape against the configuration.</summary>
internal sealed class DecoderTensorsReader
{
    private const string EmbeddingName = "embed_tokens.weight";
    private const string HeadName = "lm_head.weight";

    private readonly TensorFiles _files;
    private readonly ModelConfig _config;
    private readonly TensorLayout _layout;
    private readonly string _prefix;

    private DecoderTensorsReader(TensorFiles files, ModelConfig config, TensorLayout layout)
    {
        _files = files;
        _config = config;
        _layout = layout;
        // Base models are saved without the outer prefix. The first block tells: a tied embedding may be stored as the head alone.
        var probe = $"layers.0.{layout.Names.Up}.weight";
        _prefix = layout.Names.Prefixes.FirstOrDefault(prefix => files.Contains(prefix + probe)) ?? layout.Names.Prefixes[0];
    }

    /// <exception cref="CheckpointException">A tensor is missing, of a wrong shape or of a type that cannot be computed with.</exception>
    public static DecoderTensors Read(TensorFiles files, ModelConfig config, TensorLayout layout) =>
        new DecoderTensorsReader(files, config, layout).Read();

    private DecoderTensors Read()
    {
        var (hidden, embedding) = (_config.HiddenSize, _config.EmbeddingSize);
        var positions = (long)_config.MaxPositions + _config.LearnedPositionOffset;
        var hasProjections = embedding != hidden;
        var (tokenEmbedding, head) = ReadEmbeddingAndHead();
        return new DecoderTensors(
            tokenEmbedding,
            _config.Rotary is null ? Tensor("embed_positions.weight", positions, hidden) : null,
            hasProjections ? Linear("project_in", hidden, embedding, hasBias: false) : null,
            hasProjections ? Linear("project_out", embedding, hidden, hasBias: false) : null,
            [.. Enumerable.Range(0, _config.LayerCount).Select(ReadLayer)],
            _layout.FinalNorm ? Norm(_layout.Names.FinalNorm) : null,
            new LinearTensors(head, null));
    }

    /// <summary>
    /// A tied head is the embedding itself. As transformers 5 has it, tying does not throw stored weights away: whichever of the two
    /// is stored serves as both, and two that differ stay two.
    /// </summary>
    private (CheckpointTensor Embedding, CheckpointTensor Head) ReadEmbeddingAndHead()
    {
        var (vocabulary, width) = ((long)_config.VocabularySize, (long)_config.EmbeddingSize);
        if (!_config.TiedEmbedding) return (Tensor(EmbeddingName, vocabulary, width), _files.Read(HeadName, vocabulary, width));
        if (!_files.Contains(HeadName))
        {
            var shared = Tensor(EmbeddingName, vocabulary, width);
            return (shared, shared);
        }
        var head = _files.Read(HeadName, vocabulary, width);
        if (!_files.Contains(_prefix + EmbeddingName)) return (head, head);
        var embedding = Tensor(EmbeddingName, vocabulary, width);
        return (embedding, embedding.HasSameValues(head) ? embedding : head);
    }

    private LayerTensors ReadLayer(int layer)
    {
        var names = _layout.Names;
        var block = $"layers.{layer}.";
        var (hidden, intermediate) = (_config.HiddenSize, _config.IntermediateSize);
        var queries = (long)_config.HeadCount * _config.HeadDim;
        var keys = (long)_config.KeyValueHeadCount * _config.HeadDim;
        return new LayerTensors(
            Norm(block + names.AttentionNorm),
            Linear($"{block}self_attn.q_proj", queries, hidden, _layout.QueryKeyValueBias),
            Linear($"{block}self_attn.k_proj", keys, hidden, _layout.QueryKeyValueBias),
            Linear($"{block}self_attn.v_proj", keys, hidden, _layout.QueryKeyValueBias),
            Linear(block + names.Output, hidden, queries, _layout.OutputBias),
            Norm(block + names.MlpNorm),
            names.Gate is { } gate ? Linear(block + gate, intermediate, hidden, _layout.MlpBias) : null,
            Linear(block + names.Up, intermediate, hidden, _layout.MlpBias),
            Linear(block + names.Down, hidden, intermediate, _layout.MlpBias));
    }

    private LinearTensors Linear(string name, long outputs, long inputs, bool hasBias) =>
        new(Tensor($"{name}.weight", outputs, inputs), hasBias ? Tensor($"{name}.bias", outputs) : null);

    private NormTensors Norm(string name)
    {
        if (!_layout.AffineNorms) return new(null, null);
        var hasBias = _config.Norm == NormKind.Layer;
        return new(Tensor($"{name}.weight", _config.HiddenSize), hasBias ? Tensor($"{name}.bias", _config.HiddenSize) : null);
    }

    private CheckpointTensor Tensor(string name, params ReadOnlySpan<long> shape) => _files.Read(_prefix + name, shape);
}
