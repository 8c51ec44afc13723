using System.Numerics.Tensors;
using CodeExit.Inference.EarlyExit.Learned;
using CodeExit.Training.States;

namespace CodeExit.Training.Heads;

/// <summary>Reads states out at every exit, through the heads that the exits have.</summary>
internal static class ExitReader
{
    private const int Batch = 256;

    public static ExitReadings Read(
        LanguageModelHead model, TokenStates states, IReadOnlyDictionary<int, ExitHead> heads, CancellationToken cancellationToken)
    {
        var (exits, last) = (states.Exits, states.Exits.Length - 1);
        var said = exits.Select(_ => new int[states.Count]).ToArray();
        var regret = exits.Select(_ => new float[states.Count]).ToArray();
        var features = exits.Select(_ => new float[states.Count * ReadingFeatures.Count]).ToArray();
        var scratch = new float[model.Vocabulary];
        var z = new float[Batch * model.Hidden];
        var logits = new float[Batch * model.Vocabulary];
        var full = new float[Batch * model.Vocabulary];
        for (var start = 0; start < states.Count; start += Batch)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var count = Math.Min(Batch, states.Count - start);
            for (var exit = last; exit >= 0; exit--)
            {
                for (var row = 0; row < count; row++)
                {
                    Apply(model, heads.GetValueOrDefault(exits[exit]), states.State(exit, start + row), z.AsSpan(row * model.Hidden, model.Hidden));
                }
                model.Logits(z, count, exit == last ? full : logits);
                for (var row = 0; row < count; row++)
                {
                    var distribution = full.AsSpan(row * model.Vocabulary, model.Vocabulary);
                    var read = (exit == last ? full : logits).AsSpan(row * model.Vocabulary, model.Vocabulary);
                    var token = TensorPrimitives.IndexOfMax<float>(read);
                    ReadingFeatures.Of(read, scratch, features[exit].AsSpan((start + row) * ReadingFeatures.Count, ReadingFeatures.Count));
                    if (exit == last) TensorPrimitives.SoftMax(distribution, distribution);
                    said[exit][start + row] = token;
                    regret[exit][start + row] = distribution[said[last][start + row]] - distribution[token];
                }
            }
        }
        return new ExitReadings(exits, said, regret, features);
    }

    private static void Apply(LanguageModelHead model, ExitHead? head, ReadOnlySpan<float> state, Span<float> z)
    {
        model.Normalize(state, z);
        TensorPrimitives.MultiplyAdd(z, head?.Norm ?? model.NormWeight, model.NormBias, z);
        if (head is null) return;
        Span<float> inner = stackalloc float[head.Rank];
        for (var row = 0; row < head.Rank; row++) inner[row] = TensorPrimitives.Dot<float>(head.Down.AsSpan(row * z.Length, z.Length), z);
        for (var column = 0; column < z.Length; column++) z[column] += TensorPrimitives.Dot<float>(head.Up.AsSpan(column * head.Rank, head.Rank), inner);
    }
}
