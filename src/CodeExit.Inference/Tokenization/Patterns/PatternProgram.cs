namespace CodeExit.Inference.Tokenization.Patterns;

internal enum PatternOperation
{
    /// <summary>Consume one scalar of <see cref="PatternInstruction.Set"/>.</summary>
    Set,

    /// <summary>Consume Min to Max scalars of the set, as many as possible, fewer on backtracking.</summary>
    Run,

    /// <summary>Try the targets in order.</summary>
    Branch,

    Jump,
    Anchor,

    /// <summary>Match the instructions that follow, up to their <see cref="Accept"/>, on their own; then go on at the target.</summary>
    Atomic,
    Lookahead,
    NegativeLookahead,
    Accept,
}

/// <summary>One step of a <see cref="PatternProgram"/>; which members count depends on the operation.</summary>
internal sealed class PatternInstruction(PatternOperation operation)
{
    public PatternOperation Operation { get; } = operation;
    public ScalarSet Set { get; init; } = null!;
    public int Min { get; init; }
    public int Max { get; init; }
    public PatternAnchor Anchor { get; init; }
    public int[] Targets { get; init; } = [];

    /// <summary>
    /// For a branch: which targets (one bit each) are worth trying before an ASCII character, then before any other character, then at the
    /// end of the text. Most alternatives of a pre-tokenizer die on the first character; this spares their trial.
    /// </summary>
    public ulong[] Viable { get; init; } = [];
}

/// <summary>A pattern as a list of instructions for <see cref="PatternMatcher"/>.</summary>
internal sealed class PatternProgram
{
    public const int MaxInstructions = 10_000;
    private const int MaxTargets = 64; // bits of a Viable entry
    public const int NonAscii = 128;
    public const int EndOfText = 129;

    private readonly List<PatternInstruction> _code = [];

    private PatternProgram(PatternNode pattern)
    {
        Emit(pattern);
        _code.Add(new(PatternOperation.Accept));
        Code = [.. _code];
        First = pattern.CanBeEmpty ? AsciiSet.All : pattern.First;
    }

    public PatternInstruction[] Code { get; }

    /// <summary>The ASCII characters at which a match can begin.</summary>
    public AsciiSet First { get; }

    /// <exception cref="PatternException">The pattern is too large.</exception>
    public static PatternProgram Compile(PatternNode pattern) => new(pattern);

    private void Emit(PatternNode node)
    {
        if (_code.Count > MaxInstructions)
            throw new PatternException($"the pattern needs more than {MaxInstructions} steps");
        switch (node)
        {
            case SetNode set:
                _code.Add(new(PatternOperation.Set) { Set = set.Set });
                break;
            case AnchorNode anchor:
                _code.Add(new(PatternOperation.Anchor) { Anchor = anchor.Anchor });
                break;
            case SequenceNode sequence:
                foreach (var part in sequence.Parts)
                    Emit(part);
                break;
            case AlternationNode alternation:
                EmitAlternation(alternation.Branches);
                break;
            case RepeatNode { Body: SetNode body, Kind: Repetition.Greedy } run:
                _code.Add(new(PatternOperation.Run) { Set = body.Set, Min = run.Min, Max = run.Max });
                break;
            case RepeatNode repeat:
                EmitRepeat(repeat);
                break;
            case AtomicNode atomic:
                EmitApart(PatternOperation.Atomic, atomic.Body);
                break;
            case LookaheadNode look:
                EmitApart(look.Negative ? PatternOperation.NegativeLookahead : PatternOperation.Lookahead, look.Body);
                break;
            default:
                throw new ArgumentException($"unknown node {node.GetType().Name}", nameof(node));
        }
    }

    private void EmitAlternation(IReadOnlyList<PatternNode> branches)
    {
        if (branches.Count > MaxTargets)
        {
            EmitAlternation([.. branches.Take(MaxTargets - 1), new AlternationNode([.. branches.Skip(MaxTargets - 1)])]);
            return;
        }
        var at = Reserve();
        var targets = new List<int>();
        var jumps = new List<int>();
        foreach (var branch in branches)
        {
            targets.Add(_code.Count);
            Emit(branch);
            jumps.Add(Reserve());
        }
        foreach (var jump in jumps)
            _code[jump] = new(PatternOperation.Jump) { Targets = [_code.Count] };
        _code[at] = Branch([.. targets], [.. branches]);
    }

    private void EmitRepeat(RepeatNode repeat)
    {
        for (var i = 0; i < repeat.Min; i++)
            Emit(repeat.Body);
        if (repeat.Max == RepeatNode.Unbounded)
        {
            var loop = Reserve();
            Emit(repeat.Body);
            _code.Add(new(PatternOperation.Jump) { Targets = [loop] });
            _code[loop] = Choice(repeat, loop + 1);
            return;
        }
        var choices = new List<int>();
        for (var i = repeat.Min; i < repeat.Max; i++)
        {
            choices.Add(Reserve());
            Emit(repeat.Body);
        }
        foreach (var choice in choices)
            _code[choice] = Choice(repeat, choice + 1);
    }

    // Once more through the body, or out to the instruction that comes next.
    private PatternInstruction Choice(RepeatNode repeat, int body)
    {
        var exit = new SequenceNode([]);
        return repeat.Kind == Repetition.Greedy
            ? Branch([body, _code.Count], [repeat.Body, exit])
            : Branch([_code.Count, body], [exit, repeat.Body]);
    }

    private void EmitApart(PatternOperation operation, PatternNode body)
    {
        var at = Reserve();
        Emit(body);
        _code.Add(new(PatternOperation.Accept));
        _code[at] = new(operation) { Targets = [_code.Count] };
    }

    private int Reserve()
    {
        _code.Add(new(PatternOperation.Accept));
        return _code.Count - 1;
    }

    private static PatternInstruction Branch(int[] targets, PatternNode[] branches)
    {
        var viable = new ulong[EndOfText + 1];
        for (var i = 0; i < branches.Length; i++)
        {
            var bit = 1UL << i;
            var canBeEmpty = branches[i].CanBeEmpty;
            var first = branches[i].First;
            for (var ascii = 0; ascii < NonAscii; ascii++)
            {
                if (canBeEmpty || first.Contains(ascii))
                    viable[ascii] |= bit;
            }
            viable[NonAscii] |= bit;
            if (canBeEmpty)
                viable[EndOfText] |= bit;
        }
        return new(PatternOperation.Branch) { Targets = targets, Viable = viable };
    }
}
