using System.Text;
using CodeExit.Inference.Decoding;
using CodeExit.Inference.Tokenization;

namespace CodeExit.Evaluation.Policies;

/// <summary>Ends a generation when it has as many lines as the truth: what follows is not the task's.</summary>
/// <param name="truth">Line breaks at its end are not counted.</param>
internal sealed class LineObserver(ITokenizer tokenizer, string truth) : ITokenObserver
{
    private readonly StreamingDecoder _decoder = new(tokenizer);
    private readonly StringBuilder _text = new();
    private int _lines = truth.AsSpan().TrimEnd().Count('\n') + 1;

    /// <summary>What was written, up to the line break that ended it.</summary>
    public string Text => _text.ToString();

    public bool OnToken(int token)
    {
        foreach (var character in _decoder.Append(token))
        {
            if (character == '\n' && --_lines == 0) return false;
            _text.Append(character);
        }
        return true;
    }
}
