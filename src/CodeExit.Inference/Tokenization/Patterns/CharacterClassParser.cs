namespace CodeExit.Inference.Tokenization.Patterns;

/// <summary>Reads what stands for one scalar: a literal, an escape, or a class in brackets.</summary>
internal sealed class CharacterClassParser(PatternReader reader)
{
    /// <summary>The set behind a backslash that has just been taken.</summary>
    public ScalarSet ParseEscape(bool ignoreCase)
    {
        var letter = reader.TakeScalar("an escaped character");
        return NamedClass(letter) ?? ScalarSet.Of(EscapedScalar(letter), ignoreCase);
    }

    /// <summary>The set of a class whose opening bracket has just been taken.</summary>
    public ScalarSet ParseBrackets(bool ignoreCase)
    {
        var negated = reader.TryTake("^");
        var ranges = new List<ScalarRange>();
        var parts = new List<ScalarSet>();
        if (reader.Sees("]"))
            throw reader.Error("has a class that begins with ']'; write \\]");
        while (!reader.TryTake("]"))
        {
            if (reader.Sees("[:") || reader.Sees("&&"))
                throw reader.Error("uses [: :] or && inside a class, which is not supported");
            if (reader.TryTake("["))
                parts.Add(ParseBrackets(ignoreCase));
            else
                ParseMember(ranges, parts);
        }
        var members = new ScalarSet(ranges, parts: parts, ignoreCase: ignoreCase);
        return negated ? members.Negate() : members;
    }

    private void ParseMember(List<ScalarRange> ranges, List<ScalarSet> parts)
    {
        if (TakeClassScalar(out var named) is not { } first)
        {
            parts.Add(named!);
            return;
        }
        if (reader.Sees("-]") || !reader.TryTake("-"))
        {
            ranges.Add(new(first, first));
            return;
        }
        if (TakeClassScalar(out _) is not { } last || last < first)
            throw reader.Error("has a range that does not run upwards from one character to another");
        ranges.Add(new(first, last));
    }

    // Null, with the set in `named`, for an escape that stands for a whole class.
    private int? TakeClassScalar(out ScalarSet? named)
    {
        named = null;
        var scalar = reader.TakeScalar("']'");
        if (scalar != '\\')
            return scalar;
        var letter = reader.TakeScalar("an escaped character");
        if (letter == 'b')
            return '\b';
        named = NamedClass(letter);
        return named is null ? EscapedScalar(letter) : null;
    }

    private ScalarSet? NamedClass(int letter) => letter switch
    {
        's' => UnicodeClasses.WhiteSpace,
        'S' => UnicodeClasses.WhiteSpace.Negate(),
        'd' => UnicodeClasses.Digit,
        'D' => UnicodeClasses.Digit.Negate(),
        'w' => UnicodeClasses.Word,
        'W' => UnicodeClasses.Word.Negate(),
        'h' => UnicodeClasses.HexDigit,
        'H' => UnicodeClasses.HexDigit.Negate(),
        'p' => Property(negated: false),
        'P' => Property(negated: true),
        _ => null,
    };

    private ScalarSet Property(bool negated)
    {
        if (!reader.TryTake("{"))
            throw reader.Error("has \\p without a name in braces");
        negated ^= reader.TryTake("^");
        var name = reader.TakeUntil('}');
        var categories = UnicodeClasses.Categories(name);
        if (categories == 0)
            throw reader.Error($"names the property {name}; only general categories such as L, Lu or N are supported");
        var set = ScalarSet.OfCategories(categories);
        return negated ? set.Negate() : set;
    }

    private int EscapedScalar(int letter) => letter switch
    {
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        'f' => '\f',
        'v' => '\v',
        'a' => '\a',
        'e' => 0x1B,
        '0' when !reader.SeesDigit => '\0',
        'x' when reader.TryTake("{") => Hexadecimal(reader.TakeUntil('}')),
        'x' => Hexadecimal(TakeText(2)),
        'u' => Hexadecimal(TakeText(4)),
        < 128 when char.IsAsciiLetterOrDigit((char)letter) =>
            throw reader.Error($"uses \\{(char)letter}, which is not supported"),
        _ => letter,
    };

    private string TakeText(int length)
    {
        var text = "";
        while (text.Length < length)
            text += char.ConvertFromUtf32(reader.TakeScalar("a hexadecimal digit"));
        return text;
    }

    private int Hexadecimal(string digits) =>
        digits.Length is > 0 and <= 6 && digits.All(char.IsAsciiHexDigit)
            && Convert.ToInt32(digits, 16) is <= 0x10FFFF and not (>= 0xD800 and <= 0xDFFF) and var scalar
            ? scalar
            : throw reader.Error($"has the escape of a character '{digits}' that does not exist");
}
