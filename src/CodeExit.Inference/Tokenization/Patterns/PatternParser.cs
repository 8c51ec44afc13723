namespace CodeExit.Inference.Tokenization.Patterns;

/// <summary>
/// Parses the regular expressions of pre-tokenizers as Hugging Face tokenizers does, that is in Oniguruma's Ruby syntax: <c>{n,m}+</c> is a
/// loop of loops and not possessive, <c>^</c> and <c>$</c> match at every line, <c>\h</c> is a hexadecimal digit. What cannot be honoured
/// (back-references, look-behind, scripts…) is an error, never a guess.
/// </summary>
internal sealed class PatternParser
{
    // Groups deeper than this are nobody's pre-tokenizer; the parser recurses once per level.
    private const int MaxDepth = 100;

    private readonly PatternReader _reader;
    private readonly CharacterClassParser _classes;

    private PatternParser(string pattern)
    {
        _reader = new PatternReader(pattern);
        _classes = new CharacterClassParser(_reader);
    }

    /// <exception cref="PatternException">The pattern is malformed or uses something that is not supported.</exception>
    public static PatternNode Parse(string pattern)
    {
        var parser = new PatternParser(pattern);
        var node = parser.ParseAlternation(ignoreCase: false, depth: 0);
        return parser._reader.AtEnd ? node : throw parser._reader.Error("has a ')' that closes nothing");
    }

    /// <summary>The pattern that matches exactly <paramref name="text"/>.</summary>
    public static PatternNode Literal(string text) =>
        new SequenceNode([.. text.EnumerateRunes().Select(rune => new SetNode(ScalarSet.Of(rune.Value)))]);

    private PatternNode ParseAlternation(bool ignoreCase, int depth)
    {
        if (depth > MaxDepth)
            throw _reader.Error($"nests groups more than {MaxDepth} deep");
        var branches = new List<PatternNode> { ParseSequence(ignoreCase, depth) };
        while (_reader.TryTake("|"))
            branches.Add(ParseSequence(ignoreCase, depth));
        return branches.Count == 1 ? branches[0] : new AlternationNode(branches);
    }

    private SequenceNode ParseSequence(bool ignoreCase, int depth)
    {
        var parts = new List<PatternNode>();
        while (!_reader.AtEnd && !_reader.Sees("|") && !_reader.Sees(")"))
        {
            // In Ruby's syntax an option without a colon rules the rest of its group, alternatives included: a(?i)b|c is a(?i:b|c).
            if (_reader.TryTake("(?i)"))
                parts.Add(ParseAlternation(ignoreCase: true, depth + 1));
            else if (_reader.TryTake("(?-i)"))
                parts.Add(ParseAlternation(ignoreCase: false, depth + 1));
            else
                parts.Add(ParseQuantifiers(ParseAtom(ignoreCase, depth)));
        }
        return new SequenceNode(parts);
    }

    private PatternNode ParseAtom(bool ignoreCase, int depth)
    {
        var scalar = _reader.TakeScalar("something to match");
        return scalar switch
        {
            '(' => ParseGroup(ignoreCase, depth),
            '[' => new SetNode(_classes.ParseBrackets(ignoreCase)),
            '.' => new SetNode(ScalarSet.Of('\n').Negate()),
            '^' => new AnchorNode(PatternAnchor.LineStart),
            '$' => new AnchorNode(PatternAnchor.LineEnd),
            '\\' when _reader.TryTake("A") => new AnchorNode(PatternAnchor.TextStart),
            '\\' when _reader.TryTake("z") => new AnchorNode(PatternAnchor.TextEnd),
            '\\' when _reader.TryTake("Z") => new AnchorNode(PatternAnchor.TextEndOrLastLineBreak),
            '\\' => new SetNode(_classes.ParseEscape(ignoreCase)),
            '*' or '+' or '?' => throw _reader.Error("has a quantifier with nothing before it"),
            _ => new SetNode(ScalarSet.Of(scalar, ignoreCase)),
        };
    }

    private PatternNode ParseGroup(bool ignoreCase, int depth)
    {
        if (_reader.TryTake("?="))
            return new LookaheadNode(ParseBody(ignoreCase, depth), Negative: false);
        if (_reader.TryTake("?!"))
            return new LookaheadNode(ParseBody(ignoreCase, depth), Negative: true);
        if (_reader.TryTake("?>"))
            return new AtomicNode(ParseBody(ignoreCase, depth));
        if (_reader.TryTake("?i:"))
            return ParseBody(ignoreCase: true, depth);
        if (_reader.TryTake("?-i:"))
            return ParseBody(ignoreCase: false, depth);
        if (!_reader.TryTake("?:") && _reader.Sees("?"))
            throw _reader.Error("has a group other than (…), (?:…), (?i:…), (?=…), (?!…) and (?>…)");
        return ParseBody(ignoreCase, depth);
    }

    private PatternNode ParseBody(bool ignoreCase, int depth)
    {
        var body = ParseAlternation(ignoreCase, depth + 1);
        return _reader.TryTake(")") ? body : throw _reader.Error("has a '(' without its ')'");
    }

    private PatternNode ParseQuantifiers(PatternNode node)
    {
        while (true)
        {
            int min, max;
            if (_reader.TryTake("*"))
                (min, max) = (0, RepeatNode.Unbounded);
            else if (_reader.TryTake("+"))
                (min, max) = (1, RepeatNode.Unbounded);
            else if (_reader.TryTake("?"))
                (min, max) = (0, 1);
            else if (_reader.TryTakeInterval(out min, out max))
            {
                // {n,m}+ and {n}? are two quantifiers in this syntax; only {n,m}? is a lazy one.
                var lazy = min != max && _reader.TryTake("?");
                node = Repeat(node, min, max, lazy ? Repetition.Lazy : Repetition.Greedy);
                continue;
            }
            else
                return node;

            if (_reader.TryTake("?"))
                node = Repeat(node, min, max, Repetition.Lazy);
            else if (_reader.TryTake("+"))
                node = new AtomicNode(Repeat(node, min, max, Repetition.Greedy));
            else
                node = Repeat(node, min, max, Repetition.Greedy);
        }
    }

    private RepeatNode Repeat(PatternNode node, int min, int max, Repetition kind) =>
        max == RepeatNode.Unbounded && node.CanBeEmpty
            ? throw _reader.Error("repeats without limit something that can match nothing")
            : new RepeatNode(node, min, max, kind);
}
