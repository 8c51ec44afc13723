using System.Numerics.Tensors;
using CodeExit.Inference.EarlyExit.Learned;
using CodeExit.Training.States;

namespace CodeExit.Training.Heads;

/// <summary>How <see cref="ExitHeadTrainer"/> learns.</summary>
public sealed record ExitHeadOptions
{
    /// <summary>Rank of the residual.</summary>
    public int Rank { get; init; } = 128;

    public int Steps { get; init; } = 1000;

    /// <summary>Tokens of a step.</summary>
    public int Batch { get; init; } = 256;

    /// <summary>Adam's, falling to zero along a line.</summary>
    public float LearningRate { get; init; } = 2e-3f;
}

/// <summary>
/// Learns a head for every exit on a frozen base (EE-Tuning, 2402.00518), each on its own: its distribution is drawn towards that of full
/// depth, cross-entropy −Σ p_full log p_exit, so no truth is needed.
/// </summary>
internal sealed class ExitHeadTrainer(LanguageModelHead model, ExitHeadOptions options, int seed)
{
    private readonly float[] _full = new float[options.Batch * model.Vocabulary];
    private readonly float[] _logits = new float[options.Batch * model.Vocabulary];
    private readonly float[] _normalized = new float[options.Batch * model.Hidden];
    private readonly float[] _z = new float[options.Batch * model.Hidden];

    /// <param name="progress">Told the share done.</param>
    /// <returns>By the exit's layer; the last exit has none.</returns>
    public IReadOnlyDictionary<int, ExitHead> Train(TokenStates states, Action<double> progress, CancellationToken cancellationToken)
    {
        var random = new Random(seed);
        var last = states.Exits.Length - 1;
        var heads = Enumerable.Range(0, last).Select(exit => new TrainableHead(model, options.Rank, options.Batch, seed + exit)).ToArray();
        var batch = new int[options.Batch];
        for (var step = 0; step < options.Steps; step++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            progress((double)step / options.Steps);
            foreach (ref var token in batch.AsSpan()) token = random.Next(states.Count);
            FullDistributions(states, batch);
            var rate = options.LearningRate * (1 - (float)step / options.Steps);
            for (var exit = 0; exit < last; exit++) Step(heads[exit], states, exit, batch, rate);
        }
        return Enumerable.Range(0, last).ToDictionary(exit => states.Exits[exit], exit => heads[exit].ToHead());
    }

    private void FullDistributions(TokenStates states, int[] batch)
    {
        var (hidden, vocabulary) = (model.Hidden, model.Vocabulary);
        for (var row = 0; row < batch.Length; row++)
        {
            var z = _z.AsSpan(row * hidden, hidden);
            model.Normalize(states.State(states.Exits.Length - 1, batch[row]), z);
            TensorPrimitives.MultiplyAdd(z, model.NormWeight, model.NormBias, z);
        }
        model.Logits(_z, batch.Length, _full);
        Parallel.For(0, batch.Length, row => SoftMax(_full.AsSpan(row * vocabulary, vocabulary)));
    }

    private void Step(TrainableHead head, TokenStates states, int exit, int[] batch, float rate)
    {
        var (hidden, vocabulary, count) = (model.Hidden, model.Vocabulary, batch.Length);
        for (var row = 0; row < count; row++) model.Normalize(states.State(exit, batch[row]), _normalized.AsSpan(row * hidden, hidden));
        head.Forward(_normalized, count, _z);
        model.Logits(_z, count, _logits);
        Parallel.For(0, count, row =>
        {
            var distribution = _logits.AsSpan(row * vocabulary, vocabulary);
            SoftMax(distribution);
            TensorPrimitives.Subtract(distribution, _full.AsSpan(row * vocabulary, vocabulary), distribution);
            TensorPrimitives.Multiply(distribution, 1f / count, distribution);
        });
        model.Backward(_logits, count, _z);
        head.Step(_normalized, _z, count, rate);
    }

    private static void SoftMax(Span<float> row) => TensorPrimitives.SoftMax<float>(row, row);
}
