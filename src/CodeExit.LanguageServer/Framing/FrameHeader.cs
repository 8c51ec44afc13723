using System.Buffers;
using System.Buffers.Text;
using System.Text;

namespace CodeExit.LanguageServer.Framing;

internal enum HeaderState
{
    /// <summary>The blank line has not arrived yet.</summary>
    Incomplete,
    Complete,
    Malformed,
}

/// <summary>One header section of the LSP base protocol: lines "Name: value", a blank line, then the body.</summary>
/// <param name="Length">Bytes of the section, the blank line included.</param>
/// <param name="ContentLength">Bytes of the body that follows.</param>
/// <param name="Problem">What is wrong and what would be right, where it is malformed.</param>
internal readonly record struct FrameHeader(HeaderState State, int Length, int ContentLength, string Problem)
{
    /// <summary>The name with its colon: what the reader looks for when it has lost its place.</summary>
    public static ReadOnlySpan<byte> LengthField => "Content-Length:"u8;

    private static readonly SearchValues<byte> NameBytes =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-"u8);

    public static FrameHeader Parse(ReadOnlySpan<byte> bytes, int maxBody)
    {
        int? contentLength = null;
        int at = 0;
        while (true)
        {
            int lineEnd = bytes[at..].IndexOf((byte)'\n');
            if (lineEnd < 0) return new(HeaderState.Incomplete, 0, 0, "");
            ReadOnlySpan<byte> line = bytes.Slice(at, lineEnd).TrimEnd((byte)'\r');
            at += lineEnd + 1;
            if (line.IsEmpty)
            {
                return contentLength is int length
                    ? new(HeaderState.Complete, at, length, "")
                    : Malformed("no Content-Length; every message begins with 'Content-Length: <bytes>' and a blank line");
            }
            if (!HasName(line)) return Malformed($"'{Quote(line)}' is not a header; a line 'Name: value' is wanted");
            // Content-Type and whatever else is tolerated and not looked at: the protocol knows no other encoding than UTF-8.
            if (!IsLengthField(line)) continue;
            if (contentLength is not null) return Malformed("two Content-Length headers in one message; one is wanted");
            ReadOnlySpan<byte> value = line[LengthField.Length..].Trim(" \t"u8);
            if (!IsDigits(value)) return Malformed($"Content-Length '{Quote(value)}' is not a number of bytes");
            if (!Utf8Parser.TryParse(value, out int parsed, out _) || parsed > maxBody)
            {
                return Malformed($"Content-Length {Quote(value)} is above the limit of {maxBody} bytes");
            }
            contentLength = parsed;
        }
    }

    private static FrameHeader Malformed(string problem) => new(HeaderState.Malformed, 0, 0, problem);

    /// <summary>Letters, digits and hyphens up to a colon; a body without a header is none.</summary>
    private static bool HasName(ReadOnlySpan<byte> line)
    {
        int colon = line.IndexOf((byte)':');
        return colon > 0 && !line[..colon].ContainsAnyExcept(NameBytes);
    }

    private static bool IsLengthField(ReadOnlySpan<byte> line)
        => line.Length >= LengthField.Length && Ascii.EqualsIgnoreCase(line[..LengthField.Length], LengthField);

    private static bool IsDigits(ReadOnlySpan<byte> value) => !value.IsEmpty && !value.ContainsAnyExceptInRange((byte)'0', (byte)'9');

    private static string Quote(ReadOnlySpan<byte> bytes)
    {
        const int Most = 40;
        string text = string.Concat(Encoding.Latin1.GetString(bytes[..Math.Min(bytes.Length, Most)]).Select(c => char.IsControl(c) ? '?' : c));
        return bytes.Length > Most ? text + "…" : text;
    }
}
