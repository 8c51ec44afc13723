using System.Buffers.Text;

namespace CodeExit.LanguageServer.Protocol;

/// <summary>
/// JSON can write half a surrogate pair as an escape, and editors do when their text holds one; System.Text.Json refuses to read it.
/// U+FFFD takes its place: as many bytes as an escape and as many UTF-16 units as a text, so that every position stays right.
/// </summary>
internal static class LoneSurrogates
{
    private const int EscapeLength = 6; // \uXXXX

    private static ReadOnlySpan<byte> Replacement => @"\uFFFD"u8;

    /// <summary>Replaces in place every \uD800–\uDFFF escape that is not part of a pair.</summary>
    public static void Replace(Span<byte> json)
    {
        for (int at = 0, next; (next = json[at..].IndexOf((byte)'\\')) >= 0;)
        {
            at += next;
            int unit = Escape(json[at..]);
            if (unit < 0 || !char.IsSurrogate((char)unit))
            {
                at = Math.Min(at + 2, json.Length); // also over the second half of \\
                continue;
            }
            int following = Escape(json[(at + EscapeLength)..]);
            if (following >= 0 && char.IsSurrogatePair((char)unit, (char)following))
            {
                at += 2 * EscapeLength;
                continue;
            }
            Replacement.CopyTo(json[at..]);
            at += EscapeLength;
        }
    }

    /// <returns>The UTF-16 unit of the escape that <paramref name="json"/> starts with; -1 where it starts with none.</returns>
    private static int Escape(ReadOnlySpan<byte> json)
        => json.Length >= EscapeLength && json[0] == '\\' && json[1] == 'u'
            && Utf8Parser.TryParse(json[2..EscapeLength], out ushort unit, out int used, 'x') && used == EscapeLength - 2
            ? unit
            : -1;
}
