using CodeExit.Inference.Tokenization.Patterns;

namespace CodeExit.Inference.Tokenization.PreTokenizers;

/// <summary>What becomes of a match, by the names of tokenizer.json.</summary>
internal enum SplitBehavior
{
    /// <summary>Matches and what lies between them are pieces of their own.</summary>
    Isolated,

    /// <summary>Matches are dropped.</summary>
    Removed,

    MergedWithPrevious,
    MergedWithNext,

    /// <summary>Neighbouring matches form one piece.</summary>
    Contiguous,
}

/// <summary>Cuts at the matches of a pattern.</summary>
/// <param name="invert">Treat what lies between the matches as the matches.</param>
internal sealed class SplitPreTokenizer(ScalarPattern pattern, SplitBehavior behavior, bool invert) : IPreTokenizer
{
    public void Split(ReadOnlySpan<char> text, IPieceSink sink)
    {
        var pieces = new PieceJoiner(text, sink, behavior, invert);
        var matcher = pattern.Over(text);
        var (from, reached, lastMatchEnd) = (0, 0, -1);
        while (from <= text.Length && matcher.Find(from, out var start, out var end))
        {
            if (start == end && start == lastMatchEnd)
            {
                // An empty match right behind the last match is none: the search goes on behind the next scalar.
                from = end + (end < text.Length && char.IsHighSurrogate(text[end]) ? 2 : 1);
                continue;
            }
            if (reached < start)
                pieces.Add(start, isMatch: false);
            pieces.Add(end, isMatch: true);
            from = reached = lastMatchEnd = end;
        }
        if (reached < text.Length)
            pieces.Add(text.Length, isMatch: false);
        pieces.Flush();
    }

    // Joins neighbouring stretches as the behaviour says, so that no list of them is needed.
    private ref struct PieceJoiner(ReadOnlySpan<char> text, IPieceSink sink, SplitBehavior behavior, bool invert)
    {
        private readonly ReadOnlySpan<char> _text = text;
        private int _start;
        private int _end;
        private bool _isMatch;

        public void Add(int end, bool isMatch)
        {
            isMatch ^= invert;
            if (!Joins(isMatch))
                Flush();
            _end = end;
            _isMatch = isMatch;
        }

        public void Flush()
        {
            if (_start < _end && !(behavior == SplitBehavior.Removed && _isMatch))
                sink.Add(_text[_start.._end]);
            _start = _end;
        }

        private readonly bool Joins(bool isMatch) => behavior switch
        {
            SplitBehavior.MergedWithPrevious => isMatch && !_isMatch,
            SplitBehavior.MergedWithNext => !isMatch && _isMatch,
            SplitBehavior.Contiguous => isMatch == _isMatch,
            _ => false,
        };
    }
}
