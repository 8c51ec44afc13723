using System.Text;

namespace CodeExit.Inference.Tokenization;

/// <summary>
/// Turns tokens into text as they come. A character whose bytes are spread over several tokens appears with the last of them, so half a
/// character is never seen; bytes that are no UTF-8 become U+FFFD. Not safe for several threads at once.
/// </summary>
public sealed class StreamingDecoder(ITokenizer tokenizer)
{
    private readonly Decoder _decoder = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false).GetDecoder();

    /// <summary>Takes one more token and returns the text that is now certain; empty while a character is incomplete.</summary>
    public string Append(int token) => Decode(tokenizer.Bytes(token), flush: false);

    /// <summary>Ends the text: returns U+FFFD for a character left incomplete, else nothing. The decoder is then as new.</summary>
    public string Flush() => Decode([], flush: true);

    private string Decode(ReadOnlySpan<byte> bytes, bool flush)
    {
        var count = _decoder.GetCharCount(bytes, flush);
        Span<char> text = count <= 256 ? stackalloc char[count] : new char[count];
        return new string(text[.._decoder.GetChars(bytes, text, flush)]);
    }
}
