using System.Numerics;

namespace CodeExit.Inference.Tokenization.Patterns;

/// <summary>
/// Runs a <see cref="PatternProgram"/> by backtracking over the scalars of one text. Alternatives wait on an explicit stack, so neither a
/// long text nor a strange pattern can overflow the thread's; a budget of steps in proportion to the text stops patterns that explode.
/// </summary>
internal ref struct PatternMatcher
{
    // The published patterns among the fixtures stay below 30 steps per character on every text there.
    private const long StepsPerCharacter = 1_000;
    private const long StepsForAnyText = 1_000_000;

    private struct Alternative
    {
        public int Instruction;
        public int Position;
        public long Rest; // for Run: the shortest end still to try; for Branch: the targets still to try, one bit each
    }

    // A matcher lives for one piece of text, often a word, so it must not allocate. Between two finds nothing waits, so the matchers of one
    // thread can share this even where one pre-tokenizer feeds the next.
    [ThreadStatic]
    private static Alternative[]? _shared;

    private readonly PatternInstruction[] _code;
    private readonly AsciiSet _first;
    private readonly ReadOnlySpan<char> _text;
    private Alternative[] _waiting = _shared ??= new Alternative[32];
    private int _depth;
    private long _steps;

    /// <param name="text">Well-formed UTF-16.</param>
    public PatternMatcher(PatternProgram program, ReadOnlySpan<char> text)
    {
        _code = program.Code;
        _first = program.First;
        _text = text;
        _steps = StepsForAnyText + StepsPerCharacter * text.Length;
    }

    /// <summary>Finds the first match that starts at or after <paramref name="from"/>; ends and starts are offsets into the text.</summary>
    /// <exception cref="PatternException">The pattern takes too many steps on this text.</exception>
    public bool Find(int from, out int start, out int end)
    {
        for (start = from; start <= _text.Length; start = AfterFailure(start))
        {
            if (start < _text.Length && _text[start] < 128 && !_first.Contains(_text[start]))
                continue;
            end = Match(0, start);
            if (end >= 0)
                return true;
        }
        end = -1;
        return false;
    }

    // A pattern that begins with an unbounded run and failed here has tried every end of that run; starting later inside the same run meets
    // only the same ends. Skipping it keeps \s+$ linear on a megabyte of spaces.
    private readonly int AfterFailure(int start)
    {
        var leading = _code[0];
        var position = start;
        if (leading is { Operation: PatternOperation.Run, Max: RepeatNode.Unbounded })
            position = RunEnd(leading, start, out _);
        return position > start ? position : start + (position < _text.Length ? WidthAt(position) : 1);
    }

    private int Match(int instruction, int position)
    {
        var floor = _depth;
        while (true)
        {
            if (--_steps < 0)
                throw new PatternException($"takes more than {StepsPerCharacter} steps per character");
            var step = _code[instruction];
            switch (step.Operation)
            {
                case PatternOperation.Accept:
                    _depth = floor;
                    return position;
                case PatternOperation.Set when position < _text.Length && step.Set.Contains(ScalarAt(position)):
                    position += WidthAt(position);
                    instruction++;
                    continue;
                case PatternOperation.Run:
                    var end = RunEnd(step, position, out var shortest);
                    _steps -= end - position;
                    if (shortest < 0)
                        break;
                    if (shortest < end)
                        Push(instruction, end, shortest);
                    position = end;
                    instruction++;
                    continue;
                case PatternOperation.Branch:
                    var viable = step.Viable[Lookup(position)];
                    if (viable == 0)
                        break;
                    instruction = TakeBranch(instruction, position, viable);
                    continue;
                case PatternOperation.Jump:
                    instruction = step.Targets[0];
                    continue;
                case PatternOperation.Anchor when Holds(step.Anchor, position):
                    instruction++;
                    continue;
                case PatternOperation.Atomic when Match(instruction + 1, position) is >= 0 and var atomicEnd:
                    position = atomicEnd;
                    instruction = step.Targets[0];
                    continue;
                case PatternOperation.Lookahead when Match(instruction + 1, position) >= 0:
                case PatternOperation.NegativeLookahead when Match(instruction + 1, position) < 0:
                    instruction = step.Targets[0];
                    continue;
            }
            if (_depth == floor)
                return -1;
            Retry(out instruction, out position);
        }
    }

    private int TakeBranch(int instruction, int position, ulong viable)
    {
        var rest = viable & (viable - 1);
        if (rest != 0)
            Push(instruction, position, (long)rest);
        return _code[instruction].Targets[BitOperations.TrailingZeroCount(viable)];
    }

    // Takes up the alternative that was put aside last.
    private void Retry(out int instruction, out int position)
    {
        ref var last = ref _waiting[_depth - 1];
        if (_code[last.Instruction].Operation == PatternOperation.Run)
        {
            last.Position -= char.IsLowSurrogate(_text[last.Position - 1]) ? 2 : 1;
            (instruction, position) = (last.Instruction + 1, last.Position);
            if (last.Position <= last.Rest)
                _depth--;
            return;
        }
        _depth--;
        position = last.Position;
        instruction = TakeBranch(last.Instruction, last.Position, (ulong)last.Rest);
    }

    private void Push(int instruction, int position, long rest)
    {
        if (_depth == _waiting.Length)
            Array.Resize(ref _waiting, 2 * _depth);
        _waiting[_depth++] = new Alternative { Instruction = instruction, Position = position, Rest = rest };
    }

    // The longest run of the set from `position`; `shortest` is where the run may end at the earliest, -1 if it is too short.
    private readonly int RunEnd(PatternInstruction run, int position, out int shortest)
    {
        var set = run.Set;
        shortest = run.Min == 0 ? position : -1;
        for (var count = 1; position < _text.Length && count <= run.Max && set.Contains(ScalarAt(position)); count++)
        {
            position += WidthAt(position);
            if (count == run.Min)
                shortest = position;
        }
        return position;
    }

    private readonly int Lookup(int position)
    {
        if (position >= _text.Length)
            return PatternProgram.EndOfText;
        var character = _text[position];
        return character < 128 ? character : PatternProgram.NonAscii;
    }

    private readonly bool Holds(PatternAnchor anchor, int position) => anchor switch
    {
        PatternAnchor.TextStart => position == 0,
        PatternAnchor.TextEnd => position == _text.Length,
        PatternAnchor.LineEnd => position == _text.Length || _text[position] == '\n',
        PatternAnchor.TextEndOrLastLineBreak => position == _text.Length || (position == _text.Length - 1 && _text[position] == '\n'),
        // Ruby sees no line after a line break that ends the text.
        _ => position == 0 || (position < _text.Length && _text[position - 1] == '\n'),
    };

    private readonly int ScalarAt(int position)
    {
        var unit = _text[position];
        return char.IsHighSurrogate(unit) ? char.ConvertToUtf32(unit, _text[position + 1]) : unit;
    }

    private readonly int WidthAt(int position) => char.IsHighSurrogate(_text[position]) ? 2 : 1;
}
