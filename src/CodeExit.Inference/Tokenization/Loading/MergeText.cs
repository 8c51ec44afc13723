using System.Text.Json;

namespace CodeExit.Inference.Tokenization.Loading;

/// <summary>Reads a merge in either of its spellings, without a string for each of some hundred thousand.</summary>
internal static class MergeText
{
    /// <summary>Reads "a b".</summary>
    /// <returns>Both tokens, one behind the other, in <paramref name="scratch"/>.</returns>
    /// <param name="split">Where the second begins; -1 if there are not two.</param>
    public static ReadOnlySpan<char> FromString(ref Utf8JsonReader reader, ref char[] scratch, out int split)
    {
        var length = Copy(ref reader, ref scratch, 0);
        split = scratch.AsSpan(0, length).IndexOf(' ');
        if (split < 0 || scratch.AsSpan(split + 1, length - split - 1).Contains(' '))
        {
            split = -1;
            return [];
        }
        scratch.AsSpan(split + 1, length - split - 1).CopyTo(scratch.AsSpan(split));
        return scratch.AsSpan(0, length - 1);
    }

    /// <summary>Reads ["a", "b"].</summary>
    /// <inheritdoc cref="FromString"/>
    public static ReadOnlySpan<char> FromArray(ref Utf8JsonReader reader, ref char[] scratch, out int split)
    {
        split = -1;
        if (reader.TokenType != JsonTokenType.StartArray || !reader.Read() || reader.TokenType != JsonTokenType.String)
            return [];
        var first = Copy(ref reader, ref scratch, 0);
        if (!reader.Read() || reader.TokenType != JsonTokenType.String)
            return [];
        var length = Copy(ref reader, ref scratch, first);
        if (!reader.Read() || reader.TokenType != JsonTokenType.EndArray)
            return [];
        split = first;
        return scratch.AsSpan(0, length);
    }

    // Returns where the copy ends.
    private static int Copy(ref Utf8JsonReader reader, ref char[] scratch, int start)
    {
        var longest = start + reader.ValueSpan.Length; // UTF-16 never has more units than UTF-8 has bytes
        if (scratch.Length < longest)
            Array.Resize(ref scratch, 2 * longest);
        return start + reader.CopyString(scratch.AsSpan(start));
    }
}
