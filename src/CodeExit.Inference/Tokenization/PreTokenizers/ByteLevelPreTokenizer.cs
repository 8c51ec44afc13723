namespace CodeExit.Inference.Tokenization.PreTokenizers;

/// <summary>
/// GPT-2's pre-tokenizer. Its other half, spelling bytes in a printable alphabet, needs no step here: this tokenizer works on bytes.
/// </summary>
/// <param name="words">GPT-2's own split; null where an earlier pre-tokenizer has cut the text.</param>
internal sealed class ByteLevelPreTokenizer(bool addPrefixSpace, IPreTokenizer? words) : IPreTokenizer
{
    public void Split(ReadOnlySpan<char> text, IPieceSink sink)
    {
        if (addPrefixSpace && text is not [' ', ..])
            text = string.Concat(" ", text);
        if (words is null)
            sink.Add(text);
        else
            words.Split(text, sink);
    }
}
