namespace CodeExit.Completion.Stopping;

/// <summary>
/// Reads a text character by character and knows which of them are code and which stand in a string or a comment. No lexer: a string of
/// one line ends with its line whatever happens, so that a wrong guess is forgotten there.
/// </summary>
internal struct CodeScanner(LanguageSyntax syntax)
{
    private enum State
    {
        Code,
        String,
        TripleString,
        LineComment,
        BlockComment,
    }

    private State _state;
    private char _quote, _previous;
    private int _quotes; // of them in a row: three begin and end a string of many lines
    private bool _escaped;

    public readonly bool InString => _state is State.String or State.TripleString;

    /// <summary>Quotes that the string just closed ended with.</summary>
    public int QuotesOfLastString { get; private set; }

    public readonly bool InComment => _state is State.LineComment or State.BlockComment;

    public void Add(ReadOnlySpan<char> text)
    {
        foreach (var character in text) Add(character);
    }

    /// <returns>Whether the character is code. Quotes and the marks of comments are not.</returns>
    public bool Add(char character)
    {
        var isCode = _state switch
        {
            State.Code => InCode(character),
            State.String => InOneLine(character),
            State.TripleString => InTriple(character),
            State.LineComment => AtLineEnd(character),
            _ => AtBlockEnd(character),
        };
        _previous = character;
        return isCode;
    }

    private bool InCode(char character)
    {
        if (syntax.Quotes.Contains(character))
        {
            _quotes = character == _quote && character == _previous ? _quotes + 1 : 1;
            (_quote, _escaped) = (character, false);
            _state = _quotes == 3 ? State.TripleString : State.String;
            if (_quotes == 3) _quotes = 0;
            return false;
        }
        _quotes = 0;
        if (syntax.BlockComments && character == '*' && _previous == '/') _state = State.BlockComment;
        else if (BeginsComment(character)) _state = State.LineComment;
        return _state == State.Code;
    }

    private readonly bool BeginsComment(char character) => syntax.LineComment switch
    {
        [var only] => character == only,
        [var first, var second] => character == second && _previous == first,
        _ => false,
    };

    private bool InOneLine(char character)
    {
        if (_escaped) _escaped = false;
        else if (character == '\\') _escaped = true;
        else if (character == _quote)
        {
            _quotes = _previous == _quote && _quotes == 1 ? 2 : 0; // an empty string, or two of three quotes
            (_state, QuotesOfLastString) = (State.Code, 1);
            return false;
        }
        if (character != '\n' || _quote == '`') return false;
        _state = State.Code;
        return true;
    }

    private bool InTriple(char character)
    {
        if (_escaped) _escaped = false;
        else if (character == '\\') _escaped = true;
        else _quotes = character == _quote ? _quotes + 1 : 0;
        if (_quotes < 3) return false;
        (_state, _quotes, QuotesOfLastString) = (State.Code, 0, 3);
        return false;
    }

    private bool AtLineEnd(char character)
    {
        if (character != '\n') return false;
        _state = State.Code;
        return true;
    }

    private bool AtBlockEnd(char character)
    {
        if (character != '/' || _previous != '*') return false;
        _state = State.Code;
        return false;
    }
}
