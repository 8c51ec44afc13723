using System.Globalization;
using System.Text;

namespace CodeExit.Inference.Tokenization.Patterns;

/// <summary>The scalars from <paramref name="First"/> to <paramref name="Last"/>, both included.</summary>
internal sealed record ScalarRange(int First, int Last);

/// <summary>A set of Unicode scalars, as a character class writes one: ranges, general categories, other sets; perhaps negated.</summary>
internal sealed class ScalarSet
{
    private readonly ScalarRange[] _ranges;
    private readonly uint _categories; // one bit per UnicodeCategory
    private readonly ScalarSet[] _parts;
    private readonly bool _ignoreCase;
    private readonly bool _negated;

    public ScalarSet(
        IEnumerable<ScalarRange> ranges, uint categories = 0, IEnumerable<ScalarSet>? parts = null,
        bool ignoreCase = false, bool negated = false)
    {
        _ranges = [.. ranges];
        _categories = categories;
        _parts = [.. parts ?? []];
        _ignoreCase = ignoreCase;
        _negated = negated;
        var (low, high) = (0UL, 0UL);
        for (var scalar = 0; scalar < 64; scalar++)
        {
            low |= Evaluate(scalar) ? 1UL << scalar : 0;
            high |= Evaluate(scalar + 64) ? 1UL << scalar : 0;
        }
        Ascii = new AsciiSet(low, high);
    }

    /// <summary>The ASCII members, known beforehand: code is nearly all ASCII.</summary>
    public AsciiSet Ascii { get; }

    public static ScalarSet Of(int scalar, bool ignoreCase = false) => new([new(scalar, scalar)], ignoreCase: ignoreCase);

    public static ScalarSet OfCategories(uint categories) => new([], categories);

    public ScalarSet Negate() => new([], parts: [this], negated: true);

    public bool Contains(int scalar) => scalar < 128 ? Ascii.Contains(scalar) : Evaluate(scalar);

    private bool Evaluate(int scalar) => (Holds(scalar) || (_ignoreCase && HoldsOtherCase(scalar))) != _negated;

    private bool Holds(int scalar)
    {
        foreach (var range in _ranges)
        {
            if (scalar >= range.First && scalar <= range.Last)
                return true;
        }
        if (_categories != 0 && (_categories >> (int)CharUnicodeInfo.GetUnicodeCategory(scalar) & 1) != 0)
            return true;
        foreach (var part in _parts)
        {
            if (part.Contains(scalar))
                return true;
        }
        return false;
    }

    // Simple case folding: 's', 'S' and U+017F fold together, as do 'k', 'K' and the Kelvin sign. Oniguruma also folds one
    // scalar to several (U+00DF to "ss"); no published pre-tokenizer has such a pair within (?i:).
    private bool HoldsOtherCase(int scalar)
    {
        if (!Rune.TryCreate(scalar, out var rune))
            return false;
        var upper = Rune.ToUpperInvariant(rune);
        return Holds(upper.Value) || Holds(Rune.ToLowerInvariant(rune).Value) || Holds(Rune.ToLowerInvariant(upper).Value);
    }
}
