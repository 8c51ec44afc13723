using System.Diagnostics;
using CodeExit.Inference.Models;

namespace CodeExit.Evaluation.Speed;

/// <summary>
/// What a pass over a few positions at once costs, a pass over one = 1: what verifying drafts stands or falls with. Entry n − 1 is for n
/// positions behind a prompt of 64.
/// </summary>
/// <param name="Layers">Of all layers.</param>
/// <param name="Head">Of the final norm and the LM head.</param>
public sealed record BatchCost(IReadOnlyList<double> Layers, IReadOnlyList<double> Head)
{
    private const int MostRows = 8;
    private const int PromptTokens = 64;
    private const int Rounds = 31;

    /// <summary>Sizes take turns within a round; medians of the rounds.</summary>
    public static BatchCost Measure(DecoderModel model, CancellationToken cancellationToken)
    {
        using var cache = model.CreateCache();
        using var states = model.CreateStates(PromptTokens + MostRows);
        var tokens = new int[PromptTokens + MostRows];
        for (var i = 0; i < tokens.Length; i++) tokens[i] = i * 37 % model.Config.VocabularySize;
        using var logits = model.CreateLogits(MostRows);
        var state = new float[model.Config.HiddenSize];
        var layers = NewTimes();
        var head = NewTimes();
        model.Embed(tokens.AsSpan(0, PromptTokens), 0, states);
        model.RunLayers(0, model.Config.LayerCount, states, cache, cancellationToken);
        for (var round = -1; round < Rounds; round++)
        {
            for (var rows = 1; rows <= MostRows; rows++)
            {
                cache.Truncate(PromptTokens);
                model.Embed(tokens.AsSpan(PromptTokens, rows), PromptTokens, states);
                var began = Stopwatch.GetTimestamp();
                model.RunLayers(0, model.Config.LayerCount, states, cache, cancellationToken);
                states.CopyRow(0, state); // a device may still be at work on what it was given
                var ran = Stopwatch.GetTimestamp();
                model.ReadOut(states, model.Config.LayerCount, 0, rows, logits);
                _ = logits.Largest(0); // likewise
                var read = Stopwatch.GetTimestamp();
                if (round < 0) continue; // code not compiled yet
                layers[rows - 1].Add(ran - began);
                head[rows - 1].Add(read - ran);
            }
        }
        return new BatchCost(Relative(layers), Relative(head));
    }

    private static List<double>[] NewTimes() => [.. Enumerable.Range(0, MostRows).Select(_ => new List<double>())];

    private static double[] Relative(List<double>[] times)
    {
        var one = Statistics.Median(times[0]);
        return [.. times.Select(each => Statistics.Median(each) / one)];
    }
}
