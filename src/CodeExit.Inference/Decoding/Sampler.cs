using System.Numerics.Tensors;

namespace CodeExit.Inference.Decoding;

/// <summary>
/// Picks a token from logits: the largest (temperature 0), or a draw from softmax(logits / temperature) cut to the nucleus of
/// probability <see cref="GenerationOptions.TopP"/> (Holtzman et al. 2020). The draw depends only on the seed and on how many numbers
/// were drawn before. Allocates nothing after construction.
/// </summary>
public sealed class Sampler
{
    private readonly float[] _probabilities;
    private readonly float[] _sorted;
    private readonly int[] _order;
    private GenerationOptions _options = new();
    private SplitMix64 _random;

    public Sampler(int vocabularySize)
    {
        _probabilities = new float[vocabularySize];
        _sorted = new float[vocabularySize];
        _order = new int[vocabularySize];
    }

    /// <summary>True where <see cref="Sample(ReadOnlySpan{float})"/> takes the largest logit.</summary>
    public bool Greedy => _options.Temperature == 0;

    /// <summary>Starts a new generation.</summary>
    public void Reset(GenerationOptions options)
    {
        options.Validate();
        _options = options;
        _random = new SplitMix64(options.Seed);
    }

    /// <param name="logits">[vocabulary].</param>
    public int Sample(ReadOnlySpan<float> logits) => Greedy ? ArgMax(logits) : Sample(logits, _probabilities);

    /// <summary>The same, and leaves the distribution that the token was drawn from: what <see cref="Verify"/> must know of a draft.</summary>
    /// <param name="distribution">[vocabulary]; untouched where <see cref="Greedy"/>.</param>
    public int Sample(ReadOnlySpan<float> logits, Span<float> distribution)
    {
        if (Greedy) return ArgMax(logits);
        ToDistribution(logits, distribution);
        return Draw(distribution);
    }

    /// <summary>
    /// Speculative sampling (Leviathan et al. 2211.17192, Chen et al. 2302.01318): a draft drawn from q stands with probability
    /// min(1, p / q); in place of one that falls comes a draw from max(0, p − q), rescaled. What is returned is so distributed as p, whatever
    /// q is. Greedy distributions have one token each: the draft stands where it is the largest logit, which otherwise takes its place.
    /// </summary>
    /// <param name="logits">[vocabulary], of p.</param>
    /// <param name="drafted">q, [vocabulary], as <see cref="Sample(ReadOnlySpan{float}, Span{float})"/> left it.</param>
    /// <returns>The draft where it stands; another token otherwise.</returns>
    public int Verify(ReadOnlySpan<float> logits, ReadOnlySpan<float> drafted, int draft)
    {
        if (Greedy) return ArgMax(logits);
        ToDistribution(logits, _probabilities);
        if (_random.NextDouble() * drafted[draft] < _probabilities[draft]) return draft;
        TensorPrimitives.Subtract(_probabilities, drafted, _probabilities);
        TensorPrimitives.Max(_probabilities, 0, _probabilities);
        return Draw(_probabilities);
    }

    /// <summary>Index of the largest logit; the first of equals.</summary>
    public static int ArgMax(ReadOnlySpan<float> logits) => LargestLogit.IndexIn(logits);

    private void ToDistribution(ReadOnlySpan<float> logits, Span<float> distribution)
    {
        var largest = TensorPrimitives.Max(logits);
        var sum = 0d;
        for (var i = 0; i < logits.Length; i++)
        {
            distribution[i] = MathF.Exp((logits[i] - largest) / _options.Temperature);
            sum += distribution[i];
        }
        for (var i = 0; i < logits.Length; i++) distribution[i] = (float)(distribution[i] / sum);
        if (_options.TopP < 1) CutToNucleus(distribution);
    }

    private void CutToNucleus(Span<float> distribution)
    {
        // Sorting by the negated key gives descending order without a comparer object.
        TensorPrimitives.Negate(distribution, _sorted);
        for (var i = 0; i < _order.Length; i++) _order[i] = i;
        _sorted.AsSpan().Sort(_order.AsSpan());
        var mass = 0d;
        var kept = 0;
        while (kept < _order.Length && mass < _options.TopP) mass -= _sorted[kept++];
        foreach (var token in _order.AsSpan(kept)) distribution[token] = 0;
        for (var i = 0; i < kept; i++) distribution[_order[i]] = (float)(distribution[_order[i]] / mass);
    }

    /// <param name="weights">[vocabulary]; need not sum to 1.</param>
    private int Draw(ReadOnlySpan<float> weights)
    {
        var mass = 0d;
        foreach (var weight in weights) mass += weight;
        var target = _random.NextDouble() * mass;
        var sum = 0d;
        for (var i = 0; i < weights.Length; i++)
        {
            sum += weights[i];
            if (target < sum) return i;
        }
        // Rounding left the target beyond the sum: the last that can be drawn at all.
        var last = weights.Length - 1;
        while (last > 0 && weights[last] == 0) last--;
        return last;
    }

    /// <summary>Steele, Lea and Flood's SplitMix64: 64 bits of state, the same on every platform and .NET version.</summary>
    private struct SplitMix64(ulong seed)
    {
        private ulong _state = seed;

        /// <summary>In [0, 1), 53 bits.</summary>
        public double NextDouble()
        {
            var z = _state += 0x9E3779B97F4A7C15;
            z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
            z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
            return ((z ^ (z >> 31)) >> 11) * (1.0 / (1UL << 53));
        }
    }
}
