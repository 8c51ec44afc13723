using CodeExit.Inference.Models;

namespace CodeExit.Training.States;

/// <summary>
/// Runs texts through a model and keeps states at its exits: of every token of the truth, and of some of the prompt, which is code too and
/// costs nothing more.
/// </summary>
/// <param name="exits">Layers (1-based), ascending, the last one full depth.</param>
/// <param name="promptTokens">Most tokens of a prompt that are kept.</param>
public sealed class StateCollector(DecoderModel model, int[] exits, int promptTokens, int seed)
{
    /// <param name="progress">Told the number of texts done.</param>
    /// <exception cref="OperationCanceledException">Between two layers.</exception>
    public TokenStates Collect(IReadOnlyList<TuningText> texts, Action<int> progress, CancellationToken cancellationToken)
    {
        var random = new Random(seed);
        var hidden = model.Config.HiddenSize;
        var (ofText, inTruth, next) = (new List<int>(), new List<bool>(), new List<int>());
        var states = exits.Select(_ => new List<float>()).ToArray();
        var row = new float[hidden];
        using var cache = model.CreateCache();
        using var window = model.CreateStates(model.ContextLength);
        for (var text = 0; text < texts.Count; text++)
        {
            progress(text);
            var (prompt, truth) = (texts[text].Prompt, texts[text].Truth);
            var tokens = prompt.Concat(truth).Take(model.ContextLength).ToArray();
            var kept = Kept(random, prompt.Length, tokens.Length);
            foreach (var position in kept)
            {
                ofText.Add(text);
                inTruth.Add(position >= prompt.Length - 1);
                next.Add(tokens[position + 1]);
            }
            cache.Truncate(0);
            for (var start = 0; start < tokens.Length - 1; start += model.MaxBatch)
            {
                var count = Math.Min(model.MaxBatch, tokens.Length - 1 - start);
                model.Embed(tokens.AsSpan(start, count), start, window);
                for (var exit = 0; exit < exits.Length; exit++)
                {
                    model.RunLayers(exit == 0 ? 0 : exits[exit - 1], exits[exit], window, cache, cancellationToken);
                    foreach (var position in kept)
                    {
                        if (position < start || position >= start + count) continue;
                        window.CopyRow(position - start, row);
                        states[exit].AddRange(row);
                    }
                }
            }
        }
        return new TokenStates(exits, [.. ofText], [.. inTruth], [.. next], [.. states.Select(each => each.ToArray())]);
    }

    /// <summary>Positions whose states are kept, ascending: some of the prompt, and each that a token of the truth is read out from.</summary>
    private int[] Kept(Random random, int prompt, int length)
    {
        var positions = new SortedSet<int>(Enumerable.Range(prompt - 1, Math.Max(0, length - prompt)));
        var within = Math.Min(prompt, length) - 1; // a prompt may be longer than the context
        for (var i = 0; i < promptTokens && within > 0; i++) positions.Add(random.Next(within));
        return [.. positions];
    }
}
