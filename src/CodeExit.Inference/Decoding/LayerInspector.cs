using CodeExit.Inference.Models;

namespace CodeExit.Inference.Decoding;

/// <summary>What a model would say after each layer: every state of the last position read through the final norm, or an exit's own head, and the LM head.</summary>
public static class LayerInspector
{
    /// <returns>Logits [layers][vocabulary]; entry N − 1 is the state after N blocks.</returns>
    /// <exception cref="ArgumentException">No token, too many, or one outside the vocabulary.</exception>
    public static IReadOnlyList<float[]> Read(DecoderModel model, ReadOnlySpan<int> tokens, CancellationToken cancellationToken)
    {
        Check(model, tokens);
        var chunk = model.MaxBatch;
        using var cache = model.CreateCache();
        using var states = model.CreateStates(tokens.Length);
        var layers = new float[model.Config.LayerCount][];
        var last = (tokens.Length - 1) / chunk * chunk;
        for (var start = 0; start < last; start += chunk)
        {
            model.Embed(tokens.Slice(start, chunk), start, states);
            model.RunLayers(0, layers.Length, states, cache, cancellationToken);
        }
        model.Embed(tokens[last..], last, states);
        for (var layer = 0; layer < layers.Length; layer++)
        {
            model.RunLayers(layer, layer + 1, states, cache, cancellationToken);
            layers[layer] = new float[model.Config.VocabularySize];
            model.ReadOut(states, layer + 1, states.Count - 1, layers[layer]);
        }
        return layers;
    }

    internal static void Check(DecoderModel model, ReadOnlySpan<int> tokens)
    {
        if (tokens.IsEmpty) throw new ArgumentException("There is no token to inspect.", nameof(tokens));
        if (tokens.Length <= model.ContextLength) return;
        throw new ArgumentException($"{tokens.Length} tokens do not fit a context of {model.ContextLength}.", nameof(tokens));
    }
}
