namespace CodeExit.Evaluation.RandomModels;

/// <summary>Shape of a model with random weights: as fast as a trained one of its size, and no download. Llama's layout, or Qwen2's.</summary>
public sealed record RandomModelShape(
    string Name, int Layers, int Hidden, int Heads, int KeyValueHeads, int HeadDim, int Intermediate, int Vocabulary, int Context)
{
    /// <summary>Qwen2 in place of Llama: biases on queries, keys and values, another base of the rotation.</summary>
    public bool IsQwen2 { get; init; }

    /// <summary>The sizes that <c>bench speed --random</c> knows.</summary>
    public static IReadOnlyList<RandomModelShape> Known { get; } =
    [
        new("30m", Layers: 12, Hidden: 384, Heads: 6, KeyValueHeads: 2, HeadDim: 64, Intermediate: 1216, Vocabulary: 32000, Context: 2048),
        new("400m", Layers: 24, Hidden: 1024, Heads: 16, KeyValueHeads: 4, HeadDim: 64, Intermediate: 3968, Vocabulary: 32000, Context: 2048),
        // Qwen2.5-Coder's two smallest, and one that is made and run in a moment.
        new("qwen-0.5b", Layers: 24, Hidden: 896, Heads: 14, KeyValueHeads: 2, HeadDim: 64, Intermediate: 4864, Vocabulary: 151936, Context: 32768) { IsQwen2 = true },
        new("qwen-1.5b", Layers: 28, Hidden: 1536, Heads: 12, KeyValueHeads: 2, HeadDim: 128, Intermediate: 8960, Vocabulary: 151936, Context: 32768) { IsQwen2 = true },
        new("qwen-tiny", Layers: 8, Hidden: 112, Heads: 7, KeyValueHeads: 1, HeadDim: 16, Intermediate: 304, Vocabulary: 4748, Context: 2048) { IsQwen2 = true },
    ];

    /// <summary>Parameters, the tied head counted once.</summary>
    public long Parameters => Tensors().Sum(tensor => tensor.Elements);

    /// <exception cref="ArgumentException">No such size.</exception>
    public static RandomModelShape Named(string name) =>
        Known.FirstOrDefault(shape => string.Equals(shape.Name, name, StringComparison.OrdinalIgnoreCase))
        ?? throw new ArgumentException($"no random model of size '{name}': there are {string.Join(", ", Known.Select(shape => shape.Name))}");

    /// <summary>Every tensor under the name that Hugging Face gives it; [out, in].</summary>
    internal IEnumerable<RandomTensor> Tensors()
    {
        var query = Heads * HeadDim;
        var keyValue = KeyValueHeads * HeadDim;
        yield return new("model.embed_tokens.weight", Vocabulary, Hidden);
        for (var layer = 0; layer < Layers; layer++)
        {
            var prefix = $"model.layers.{layer}.";
            yield return new(prefix + "input_layernorm.weight", Hidden);
            foreach (var (part, rows) in new[] { ("q", query), ("k", keyValue), ("v", keyValue) })
            {
                yield return new($"{prefix}self_attn.{part}_proj.weight", rows, Hidden);
                if (IsQwen2) yield return new($"{prefix}self_attn.{part}_proj.bias", rows) { IsBias = true };
            }
            yield return new(prefix + "self_attn.o_proj.weight", Hidden, query);
            yield return new(prefix + "post_attention_layernorm.weight", Hidden);
            yield return new(prefix + "mlp.gate_proj.weight", Intermediate, Hidden);
            yield return new(prefix + "mlp.up_proj.weight", Intermediate, Hidden);
            yield return new(prefix + "mlp.down_proj.weight", Hidden, Intermediate);
        }
        yield return new("model.norm.weight", Hidden);
    }
}

/// <summary>A tensor to be filled: matrices and biases with random values, norms with ones.</summary>
/// <param name="Columns">Null for a vector.</param>
internal sealed record RandomTensor(string Name, int Rows, int? Columns = null)
{
    public bool IsBias { get; init; }

    public bool IsNorm => Columns is null && !IsBias;

    public long Elements => (long)Rows * (Columns ?? 1);
}
