namespace CodeExit.Inference.Decoding;

/// <summary>
/// Picks a token from logits: the largest (temperature 0), or a draw from softmax(logits / temperature) cut to the nucleus of
/// probability <see cref="GenerationOptions.TopP"/> (Holtzman et al. 2020). The draw depends only on the seed and on how many tokens
/// were drawn before. Allocates nothing after construction.
/// </summary>
public sealed class Sampler
{
    private readonly float[] _probabilities;
    private readonly int[] _order;
    private GenerationOptions _options = new();
    private SplitMix64 _random;

    public Sampler(int vocabularySize)
    {
        _probabilities = new float[vocabularySize];
        _order = new int[vocabularySize];
    }

    /// <summary>Starts a new generation.</summary>
    public void Reset(GenerationOptions options)
    {
        options.Validate();
        _options = options;
        _random = new SplitMix64(options.Seed);
    }

    public int Sample(ReadOnlySpan<float> logits)
    {
        if (_options.Temperature == 0) return ArgMax(logits);
        var count = ToProbabilities(logits);
        return _options.TopP >= 1 ? Draw(_probabilities.AsSpan(0, count), 1) : DrawNucleus(count);
    }

    /// <summary>Index of the largest logit; the first of equals.</summary>
    public static int ArgMax(ReadOnlySpan<float> logits)
    {
        var best = 0;
        for (var i = 1; i < logits.Length; i++)
        {
            if (logits[i] > logits[best]) best = i;
        }
        return best;
    }

    private int ToProbabilities(ReadOnlySpan<float> logits)
    {
        var largest = logits[ArgMax(logits)];
        var sum = 0d;
        for (var i = 0; i < logits.Length; i++)
        {
            _probabilities[i] = MathF.Exp((logits[i] - largest) / _options.Temperature);
            sum += _probabilities[i];
        }
        for (var i = 0; i < logits.Length; i++) _probabilities[i] = (float)(_probabilities[i] / sum);
        return logits.Length;
    }

    private int DrawNucleus(int count)
    {
        for (var i = 0; i < count; i++) _order[i] = i;
        var probabilities = _probabilities.AsSpan(0, count);
        var order = _order.AsSpan(0, count);
        // Sorting by the negated key gives descending order without a comparer object.
        for (var i = 0; i < count; i++) probabilities[i] = -probabilities[i];
        probabilities.Sort(order);
        var mass = 0d;
        var kept = 0;
        while (kept < count && mass < _options.TopP)
        {
            probabilities[kept] = -probabilities[kept];
            mass += probabilities[kept++];
        }
        return order[Draw(probabilities[..kept], mass)];
    }

    private int Draw(ReadOnlySpan<float> probabilities, double mass)
    {
        var target = _random.NextDouble() * mass;
        var sum = 0d;
        for (var i = 0; i < probabilities.Length; i++)
        {
            sum += probabilities[i];
            if (target < sum) return i;
        }
        // Rounding left the target beyond the sum: the last that can be drawn at all.
        var last = probabilities.Length - 1;
        while (last > 0 && probabilities[last] == 0) last--;
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
