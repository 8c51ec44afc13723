using System.Globalization;
using System.Text;

namespace CodeExit.Inference.Tokenization.Patterns;

/// <summary>A set of Unicode scalars, as a character class describes one: ranges, general categories and other sets, perhaps negated.</summary>
internal sealed class ScalarSet
{
    private readonly (int First, int Last)[] _ranges;
    private readonly uint _categories; // one bit per UnicodeCategory
    private readonly ScalarSet[] _parts;
    private readonly bool _ignoreCase;
    private readonly bool _negated;
    private readonly ulong _ascii0To63;
    private readonly ulong _ascii64To127;

    public ScalarSet(
        IEnumerable<(int First, int Last)> ranges, uint categories = 0, IEnumerable<ScalarSet>? parts = null,
        bool ignoreCase = false, bool negated = false)
    {
        _ranges = [.. ranges];
        _categories = categories;
        _parts = [.. parts ?? []];
        _ignoreCase = ignoreCase;
        _negated = negated;
        for (var scalar = 0; scalar < 64; scalar++)
        {
            if (Evaluate(scalar))
                _ascii0To63 |= 1UL << scalar;
            if (Evaluate(scalar + 64))
                _ascii64To127 |= 1UL << scalar;
        }
    }

    /// <summary>The ASCII members, one bit per character.</summary>
    public UInt128 Ascii => new(_ascii64To127, _ascii0To63);

    public static ScalarSet Of(int scalar, bool ignoreCase = false) => new([(scalar, scalar)], ignoreCase: ignoreCase);

    public static ScalarSet OfCategories(uint categories) => new([], categories);

    public ScalarSet Negate() => new([], parts: [this], negated: true);

    public bool Contains(int scalar) => scalar < 128
        ? ((scalar < 64 ? _ascii0To63 : _ascii64To127) >> scalar & 1) != 0 // a shift counts modulo 64
        : Evaluate(scalar);

    private bool Evaluate(int scalar) => (Holds(scalar) || (_ignoreCase && HoldsOtherCase(scalar))) != _negated;

    private bool Holds(int scalar)
    {
        foreach (var (first, last) in _ranges)
        {
            if (scalar >= first && scalar <= last)
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
