using System.Globalization;
using static System.Globalization.UnicodeCategory;

namespace CodeExit.Inference.Tokenization.Patterns;

/// <summary>The classes a pattern can name: Unicode general categories and Oniguruma's one-letter escapes.</summary>
internal static class UnicodeClasses
{
    // First in the class: the sets below are made from it.
    private static readonly (string Name, UnicodeCategory Category)[] Names =
    [
        ("Lu", UppercaseLetter), ("Ll", LowercaseLetter), ("Lt", TitlecaseLetter), ("Lm", ModifierLetter), ("Lo", OtherLetter),
        ("Mn", NonSpacingMark), ("Mc", SpacingCombiningMark), ("Me", EnclosingMark),
        ("Nd", DecimalDigitNumber), ("Nl", LetterNumber), ("No", OtherNumber),
        ("Zs", SpaceSeparator), ("Zl", LineSeparator), ("Zp", ParagraphSeparator),
        ("Cc", Control), ("Cf", Format), ("Cs", Surrogate), ("Co", PrivateUse), ("Cn", OtherNotAssigned),
        ("Pc", ConnectorPunctuation), ("Pd", DashPunctuation), ("Ps", OpenPunctuation), ("Pe", ClosePunctuation),
        ("Pi", InitialQuotePunctuation), ("Pf", FinalQuotePunctuation), ("Po", OtherPunctuation),
        ("Sm", MathSymbol), ("Sc", CurrencySymbol), ("Sk", ModifierSymbol), ("So", OtherSymbol),
    ];

    /// <summary>\s: the White_Space property.</summary>
    public static readonly ScalarSet WhiteSpace =
        new([new(0x09, 0x0D), new(0x85, 0x85)], Bits(SpaceSeparator, LineSeparator, ParagraphSeparator));

    /// <summary>\d</summary>
    public static readonly ScalarSet Digit = ScalarSet.OfCategories(Bits(DecimalDigitNumber));

    /// <summary>\h, which in Oniguruma is a hexadecimal digit, not a horizontal space.</summary>
    public static readonly ScalarSet HexDigit = new([new('0', '9'), new('a', 'f'), new('A', 'F')]);

    /// <summary>\w: letters, marks, decimal digits, letter numbers, connectors, and circled or squared letters.</summary>
    public static readonly ScalarSet Word = new(
        [new(0x24B6, 0x24E9), new(0x1F130, 0x1F149), new(0x1F150, 0x1F169), new(0x1F170, 0x1F189)],
        Categories("L") | Categories("M") | Bits(DecimalDigitNumber, LetterNumber, ConnectorPunctuation));

    /// <summary>What Rust's char::is_numeric calls a number: all of \p{N}.</summary>
    public static readonly ScalarSet Number = ScalarSet.OfCategories(Categories("N"));

    /// <summary>The category bits of <c>L</c>, <c>Lu</c>, … in any case; zero for a name that is no general category.</summary>
    public static uint Categories(string name)
    {
        if (name.Length is not (1 or 2))
            return 0;
        uint bits = 0;
        foreach (var (known, category) in Names)
        {
            if (known.StartsWith(name, StringComparison.OrdinalIgnoreCase))
                bits |= Bits(category);
        }
        return bits;
    }

    private static uint Bits(params ReadOnlySpan<UnicodeCategory> categories)
    {
        uint bits = 0;
        foreach (var category in categories)
            bits |= 1u << (int)category;
        return bits;
    }
}
