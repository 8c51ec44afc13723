using System.Numerics.Tensors;
using CodeExit.Inference.Decoding;
using CodeExit.Inference.EarlyExit;
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
        var certainties = exits.Select(_ => new float[states.Count * Certainty.Values]).ToArray();
        var residuals = heads.ToDictionary(head => head.Key, head => new Residual(head.Value));
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
                    var target = z.AsSpan(row * model.Hidden, model.Hidden);
                    model.Normalize(states.State(exit, start + row), target);
                    TensorPrimitives.MultiplyAdd(target, heads.GetValueOrDefault(exits[exit])?.Norm ?? model.NormWeight, model.NormBias, target);
                    residuals.GetValueOrDefault(exits[exit])?.AddTo(target);
                }
                model.Logits(z, count, exit == last ? full : logits);
                for (var row = 0; row < count; row++)
                {
                    var distribution = full.AsSpan(row * model.Vocabulary, model.Vocabulary);
                    var read = (exit == last ? full : logits).AsSpan(row * model.Vocabulary, model.Vocabulary);
                    var token = Sampler.ArgMax(read);
                    Certainty.Of(read).CopyTo(certainties[exit].AsSpan((start + row) * Certainty.Values, Certainty.Values));
                    if (exit == last) TensorPrimitives.SoftMax(distribution, distribution);
                    said[exit][start + row] = token;
                    regret[exit][start + row] = distribution[said[last][start + row]] - distribution[token];
                }
            }
        }
        return new ExitReadings(exits, said, regret, certainties);
    }

    /// <summary>Up (Down n), with the engine's own arithmetic.</summary>
    private sealed class Residual(ExitHead head)
    {
        private readonly ProbeLayer _down = new(head.Down, new float[head.Rank]);
        private readonly ProbeLayer _up = new(head.Up, new float[head.Norm.Length]);
        private readonly float[] _inner = new float[head.Rank];
        private readonly float[] _residual = new float[head.Norm.Length];

        public void AddTo(Span<float> n)
        {
            _down.Apply(n, _inner);
            _up.Apply(_inner, _residual);
            TensorPrimitives.Add(n, _residual, n);
        }
    }
}
