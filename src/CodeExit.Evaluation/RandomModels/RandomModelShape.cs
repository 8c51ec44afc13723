namespace CodeExit.Evaluation.RandomModels;

/// <summary>Shape of a Llama-shaped model with random weights: as fast as a trained one of its size, and no download.</summary>
public sealed record RandomModelShape(
    string Name, int Layers, int Hidden, int Heads, int KeyValueHeads, int HeadDim, int Intermediate, int Vocabulary, int Context)
{
    /// <summary>The sizes that <c>bench speed --random</c> knows.</summary>
    public static IReadOnlyList<RandomModelShape> Known { get; } =
    [
        new("30m", Layers: 12, Hidden: 384, Heads: 6, KeyValueHeads: 2, HeadDim: 64, Intermediate: 1216, Vocabulary: 32000, Context: 2048),
        new("400m", Layers: 24, Hidden: 1024, Heads: 16, KeyValueHeads: 4, HeadDim: 64, Intermediate: 3968, Vocabulary: 32000, Context: 2048),
    ];

    /// <summary>Parameters, the tied head counted once.</summary>
    public long Parameters => Tensors().Sum(tensor => tensor.Elements);

    /// <exception cref="ArgumentException">No such size.</exception>
    public static RandomModelShape Named(string name) =>
        Known.FirstOrDefault(shape => string.Equals(shape.Name, name, StringComparison.OrdinalIgnoreCase))
        ?? throw new ArgumentException($"no random model of size '{name}': there are {string.Join(" and ", Known.Select(shape => shape.Name))}");

    /// <summary>Every tensor under the name that Hugging Face's Llama gives it; [out, in].</summary>
    internal IEnumerable<RandomTensor> Tensors()
    {
        var query = Heads * HeadDim;
        var keyValue = KeyValueHeads * HeadDim;
        yield return new("model.embed_tokens.weight", Vocabulary, Hidden);
        for (var layer = 0; layer < Layers; layer++)
        {
            var prefix = $"model.layers.{layer}.";
            yield return new(prefix + "input_layernorm.weight", Hidden);
            yield return new(prefix + "self_attn.q_proj.weight", query, Hidden);
            yield return new(prefix + "self_attn.k_proj.weight", keyValue, Hidden);
            yield return new(prefix + "self_attn.v_proj.weight", keyValue, Hidden);
            yield return new(prefix + "self_attn.o_proj.weight", Hidden, query);
            yield return new(prefix + "post_attention_layernorm.weight", Hidden);
            yield return new(prefix + "mlp.gate_proj.weight", Intermediate, Hidden);
            yield return new(prefix + "mlp.up_proj.weight", Intermediate, Hidden);
            yield return new(prefix + "mlp.down_proj.weight", Hidden, Intermediate);
        }
        yield return new("model.norm.weight", Hidden);
    }
}

/// <summary>A tensor to be filled: matrices with random values, vectors (norms) with ones.</summary>
/// <param name="Columns">Null for a vector.</param>
internal sealed record RandomTensor(string Name, int Rows, int? Columns = null)
{
    public long Elements => (long)Rows * (Columns ?? 1);
}
