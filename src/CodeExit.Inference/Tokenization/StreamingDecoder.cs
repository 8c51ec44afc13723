using System.Text;

namespace CodeExit.Inference.Tokenization;

/// <summary>
/// Turns tokens into text as they come. A character whose bytes are spread over several tokens appears with the last of them, so half a
/// character is never seen; bytes that are no UTF-8 become U+FFFD. Not safe for several threads at once.
/// </summary>
public sealed class StreamingDecoder(ITokenizer tokenizer)
{
    private readonly Decoder _decoder = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false).GetDecoder();

    private char[] _text = new char[64];

    /// <summary>
    /// Takes one more token and returns the text that is now certain; empty while a character is incomplete. Valid until the next call.
    /// </summary>
    public ReadOnlySpan<char> Append(int token) => Decode(tokenizer.Bytes(token), flush: false);

    /// <summary>Ends the text: returns U+FFFD for a character left incomplete, else nothing. The decoder is then as new.</summary>
    public ReadOnlySpan<char> Flush() => Decode([], flush: true);

    private ReadOnlySpan<char> Decode(ReadOnlySpan<byte> bytes, bool flush)
    {
        var count = _decoder.GetCharCount(bytes, flush);
        if (_text.Length < count) _text = new char[count];
        return _text.AsSpan(0, _decoder.GetChars(bytes, _text, flush));
    }
}
