namespace CodeExit.Inference.Tokenization.PreTokenizers;

/// <summary>Takes the pieces that a pre-tokenizer makes, in the order of the text.</summary>
internal interface IPieceSink
{
    void Add(ReadOnlySpan<char> piece);
}

/// <summary>Cuts a text into the pieces across which no token reaches.</summary>
internal interface IPreTokenizer
{
    /// <param name="text">Well-formed UTF-16, not empty.</param>
    void Split(ReadOnlySpan<char> text, IPieceSink sink);
}

/// <summary>Each pre-tokenizer cuts the pieces of the one before it.</summary>
internal sealed class SequencePreTokenizer(IReadOnlyList<IPreTokenizer> stages) : IPreTokenizer
{
    public void Split(ReadOnlySpan<char> text, IPieceSink sink)
    {
        for (var i = stages.Count - 1; i >= 0; i--)
            sink = new Stage(stages[i], sink);
        sink.Add(text);
    }

    private sealed class Stage(IPreTokenizer preTokenizer, IPieceSink next) : IPieceSink
    {
        public void Add(ReadOnlySpan<char> piece) => preTokenizer.Split(piece, next);
    }
}
