using System.Text;

namespace CodeExit.Inference.Tokenization;

/// <summary>The Unicode normalization forms that a tokenizer applies to a text before cutting it.</summary>
internal sealed class TextNormalizer(IReadOnlyList<NormalizationForm> forms)
{
    // .NET refuses to normalize text with this character. It neither decomposes nor composes, so the text can be cut around it.
    private const char Refused = '\uFFFE';

    /// <summary>False where .NET runs without ICU (invariant globalization): there Normalize returns its input, silently.</summary>
    public static bool IsAvailable => "e\u0301".Normalize(NormalizationForm.FormC) == "\u00E9";

    /// <param name="text">Well-formed UTF-16.</param>
    public ReadOnlySpan<char> Apply(ReadOnlySpan<char> text)
    {
        if (forms.Count == 0 || Ascii.IsValid(text))
            return text;
        var stretches = text.ToString().Split(Refused);
        foreach (var form in forms)
        {
            for (var i = 0; i < stretches.Length; i++)
                stretches[i] = stretches[i].Normalize(form);
        }
        return string.Join(Refused, stretches);
    }

    /// <summary>Replaces unpaired surrogates by U+FFFD; well-formed text comes back as it is.</summary>
    public static ReadOnlySpan<char> WellFormed(ReadOnlySpan<char> text)
    {
        var start = text.IndexOfAnyInRange('\uD800', '\uDFFF');
        if (start < 0)
            return text;
        char[]? repaired = null;
        for (var i = start; i < text.Length; i++)
        {
            if (!char.IsSurrogate(text[i]))
                continue;
            if (i + 1 < text.Length && char.IsSurrogatePair(text[i], text[i + 1]))
            {
                i++;
                continue;
            }
            repaired ??= text.ToArray();
            repaired[i] = '\uFFFD';
        }
        return repaired ?? text;
    }
}
