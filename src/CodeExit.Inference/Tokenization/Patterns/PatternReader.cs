using System.Text;

namespace CodeExit.Inference.Tokenization.Patterns;

/// <summary>A pattern that cannot be used; the message says what was met and what is understood.</summary>
internal sealed class PatternException(string message) : Exception(message);

/// <summary>A cursor over the scalars of a pattern's text.</summary>
internal sealed class PatternReader(string pattern)
{
    private int _position;

    public bool AtEnd => _position >= pattern.Length;

    public bool SeesDigit => !AtEnd && char.IsAsciiDigit(pattern[_position]);

    public bool TryTake(string expected)
    {
        if (string.CompareOrdinal(pattern, _position, expected, 0, expected.Length) != 0)
            return false;
        _position += expected.Length;
        return true;
    }

    public bool Sees(string expected) => string.CompareOrdinal(pattern, _position, expected, 0, expected.Length) == 0;

    public int TakeScalar(string wanted)
    {
        if (AtEnd)
            throw Error($"ends where {wanted} should follow");
        if (!Rune.TryGetRuneAt(pattern, _position, out var rune))
            throw Error("holds an unpaired surrogate");
        _position += rune.Utf16SequenceLength;
        return rune.Value;
    }

    /// <summary>Takes everything up to <paramref name="end"/> and the end itself.</summary>
    public string TakeUntil(char end)
    {
        var at = pattern.IndexOf(end, _position);
        if (at < 0)
            throw Error($"lacks a '{end}'");
        var taken = pattern[_position..at];
        _position = at + 1;
        return taken;
    }

    /// <summary>{n}, {n,}, {,m} or {n,m}; anything else in braces is literal text.</summary>
    public bool TryTakeInterval(out int min, out int max)
    {
        (min, max) = (0, 0);
        var close = Sees("{") ? pattern.IndexOf('}', _position) : -1;
        if (close < 0)
            return false;
        var bounds = pattern[(_position + 1)..close].Split(',');
        if (bounds.Length > 2 || bounds.All(bound => bound.Length == 0) || !bounds.All(bound => bound.All(char.IsAsciiDigit)))
            return false;
        min = Bound(bounds[0], 0);
        max = bounds.Length == 1 ? min : Bound(bounds[1], RepeatNode.Unbounded);
        if (min > max)
            throw Error($"asks for at least {min} but at most {max}");
        _position = close + 1;
        return true;
    }

    public PatternException Error(string problem) => new($"the pattern '{pattern}' {problem} (at character {_position + 1})");

    private int Bound(string digits, int absent)
    {
        if (digits.Length == 0)
            return absent;
        return int.TryParse(digits, out var bound) && bound <= PatternProgram.MaxInstructions
            ? bound
            : throw Error($"repeats something {digits} times; at most {PatternProgram.MaxInstructions} is supported");
    }
}
