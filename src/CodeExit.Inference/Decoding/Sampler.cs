using CodeExit.Inference.Models;

namespace CodeExit.Inference.Decoding;

/// <summary>
/// Picks a token from logits: the largest (temperature 0), or a draw from softmax(logits / temperature) cut to the nucleus of
/// probability <see cref="GenerationOptions.TopP"/> (Holtzman et al. 2020). The draw depends only on the seed and on how many numbers
/// were drawn before; the random stream is here, on the host, whatever device the logits are on. Allocates nothing after construction.
/// </summary>
/// <param name="scratch">One row: where distributions are that nobody asks for. Owned from here on.</param>
public sealed class Sampler(Distributions scratch) : IDisposable
{
    private GenerationOptions _options = new();
    private SplitMix64 _random;

    /// <summary>True where <see cref="Sample(Logits, int)"/> takes the largest logit.</summary>
    public bool Greedy => _options.Temperature == 0;

    /// <summary>Starts a new generation.</summary>
    public void Reset(GenerationOptions options)
    {
        options.Validate();
        _options = options;
        _random = new SplitMix64(options.Seed);
    }

    public int Sample(Logits logits, int row) => Sample(logits, row, scratch, 0);

    /// <summary>The same, and leaves the distribution that the token was drawn from: what <see cref="Verify"/> must know of a draft.</summary>
    /// <param name="distributions">Its row <paramref name="into"/> is untouched where <see cref="Greedy"/>.</param>
    public int Sample(Logits logits, int row, Distributions distributions, int into)
    {
        if (Greedy) return logits.Largest(row);
        distributions.Set(into, logits, row, _options.Temperature, _options.TopP);
        return distributions.Draw(into, _random.NextDouble());
    }

    /// <summary>
    /// Speculative sampling (Leviathan et al. 2211.17192, Chen et al. 2302.01318): a draft drawn from q stands with probability
    /// min(1, p / q); in place of one that falls comes a draw from max(0, p − q), rescaled. What is returned is so distributed as p, whatever
    /// q is. Greedy distributions have one token each: the draft stands where it is the largest logit, which otherwise takes its place.
    /// </summary>
    /// <param name="logits">Of p.</param>
    /// <param name="drafted">q in its row <paramref name="draftedRow"/>, as <see cref="Sample(Logits, int, Distributions, int)"/> left it.</param>
    /// <returns>The draft where it stands; another token otherwise.</returns>
    public int Verify(Logits logits, int row, Distributions drafted, int draftedRow, int draft)
    {
        if (Greedy) return logits.Largest(row);
        scratch.Set(0, logits, row, _options.Temperature, _options.TopP);
        var accept = _random.NextDouble();
        // Known before it is known whether it is needed, so that one question does; the stream moves on only where it was.
        var after = _random;
        var token = scratch.Verify(0, drafted, draftedRow, draft, accept, after.NextDouble());
        if (token != draft) _random = after;
        return token;
    }

    /// <summary>Index of the largest logit; the first of equals.</summary>
    public static int ArgMax(ReadOnlySpan<float> logits) => LargestLogit.IndexIn(logits);

    public void Dispose() => scratch.Dispose();

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
