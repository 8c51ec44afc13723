using CodeExit.Inference.Tokenization;

namespace CodeExit.Completion.Prompts;

/// <summary>Encodes pieces of a document. A file is text, whatever it contains: written-out special tokens in it stay text.</summary>
internal sealed class TokenCounter(ITokenizer tokenizer)
{
    /// <summary>
    /// No code has more characters per token than this on average (runs of blanks apart), so what lies further from the cursor need not
    /// be encoded to know that it will not fit.
    /// </summary>
    public const int MostCharactersPerToken = 16;

    private readonly List<int> _scratch = [];

    public int Count(ReadOnlySpan<char> text)
    {
        _scratch.Clear();
        tokenizer.Encode(text, SpecialTokens.AsText, _scratch);
        return _scratch.Count;
    }

    /// <returns>The number of tokens appended.</returns>
    public int Append(ReadOnlySpan<char> text, List<int> destination)
    {
        var before = destination.Count;
        tokenizer.Encode(text, SpecialTokens.AsText, destination);
        return destination.Count - before;
    }
}
