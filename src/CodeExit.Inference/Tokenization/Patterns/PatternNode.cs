namespace CodeExit.Inference.Tokenization.Patterns;

/// <summary>A part of a parsed pattern.</summary>
internal abstract record PatternNode
{
    /// <summary>Whether the part can match without consuming anything (conservatively: true for every assertion).</summary>
    public abstract bool CanBeEmpty { get; }

    /// <summary>The ASCII characters with which a match that is not empty can begin.</summary>
    public abstract AsciiSet First { get; }
}

/// <summary>One scalar of a set.</summary>
internal sealed record SetNode(ScalarSet Set) : PatternNode
{
    public override bool CanBeEmpty => false;
    public override AsciiSet First => Set.Ascii;
}

internal sealed record SequenceNode(IReadOnlyList<PatternNode> Parts) : PatternNode
{
    public override bool CanBeEmpty => Parts.All(part => part.CanBeEmpty);

    public override AsciiSet First
    {
        get
        {
            var first = AsciiSet.None;
            foreach (var part in Parts)
            {
                first = first.Union(part.First);
                if (!part.CanBeEmpty)
                    break;
            }
            return first;
        }
    }
}

/// <summary>The first branch that lets the rest of the pattern match.</summary>
internal sealed record AlternationNode(IReadOnlyList<PatternNode> Branches) : PatternNode
{
    public override bool CanBeEmpty => Branches.Any(branch => branch.CanBeEmpty);
    public override AsciiSet First => FirstOfAny();

    private AsciiSet FirstOfAny()
    {
        var first = AsciiSet.None;
        foreach (var branch in Branches)
            first = first.Union(branch.First);
        return first;
    }
}

internal enum Repetition
{
    Greedy,
    Lazy,
}

/// <param name="Max"><see cref="Unbounded"/> for no limit.</param>
internal sealed record RepeatNode(PatternNode Body, int Min, int Max, Repetition Kind) : PatternNode
{
    public const int Unbounded = int.MaxValue;

    public override bool CanBeEmpty => Min == 0 || Body.CanBeEmpty;
    public override AsciiSet First => Body.First;
}

/// <summary>(?>…) and the possessive quantifiers: once matched, never reconsidered.</summary>
internal sealed record AtomicNode(PatternNode Body) : PatternNode
{
    public override bool CanBeEmpty => Body.CanBeEmpty;
    public override AsciiSet First => Body.First;
}

/// <summary>(?=…) and (?!…).</summary>
internal sealed record LookaheadNode(PatternNode Body, bool Negative) : PatternNode
{
    public override bool CanBeEmpty => true;
    public override AsciiSet First => AsciiSet.None;
}

internal enum PatternAnchor
{
    LineStart,
    LineEnd,
    TextStart,
    TextEnd,
    TextEndOrLastLineBreak,
}

internal sealed record AnchorNode(PatternAnchor Anchor) : PatternNode
{
    public override bool CanBeEmpty => true;
    public override AsciiSet First => AsciiSet.None;
}
