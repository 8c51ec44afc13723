using CodeExit.Completion.Reuse;
using CodeExit.Inference.Decoding;
using CodeExit.Inference.Tokenization;

namespace CodeExit.Completion.Stopping;

/// <summary>
/// Turns tokens into text as they come and ends the decode as soon as a rule says so. What the rules have not accepted is never part of
/// the suggestion. For one suggestion.
/// </summary>
/// <param name="running">Told of the text as it is written; null where nobody asks.</param>
internal sealed class StreamingSuggestion(ITokenizer tokenizer, CursorContext cursor, RunningSuggestion? running = null) : ITokenObserver
{
    private readonly SuggestionText _text = new(cursor.LinePrefix);
    private readonly IStopRule[] _rules = [.. StopRules.At(cursor)]; // looked through for each character: an array needs no enumerator
    private readonly StreamingDecoder _decoder = new(tokenizer);
    private readonly IndentationWriter _writer = new(cursor);
    private Stop? _stop;

    public bool OnToken(int token)
    {
        if (tokenizer.IsSpecial(token))
        {
            // Not among the end tokens, yet its written form is not text either.
            _stop = AtEnd(StopReason.EndOfText);
            return false;
        }
        foreach (var character in _decoder.Append(token))
        {
            if (!Take(_writer.Write(character))) return false;
        }
        running?.Update(_text.All[_text.Origin..]);
        return true;
    }

    /// <summary>What is to be inserted, and why it ended there.</summary>
    public (string Text, StopReason Reason) Finish(GenerationEnd end)
    {
        var stop = _stop ?? AtEnd(end switch
        {
            GenerationEnd.EndOfText => StopReason.EndOfText,
            GenerationEnd.Policy => StopReason.Policy,
            _ => StopReason.Budget,
        });
        var keep = _rules.Aggregate(Math.Max(stop.Keep, _text.Origin), (kept, rule) => rule.Keep(_text, kept));
        // Half a character, or half a line end.
        if (keep > _text.Origin && (char.IsHighSurrogate(_text.All[keep - 1]) || _text.All[keep - 1] == '\r')) keep--;
        return (_text.HasContent(keep) ? _text.All[_text.Origin..keep].ToString() : "", stop.Reason);
    }

    private bool Take(ReadOnlySpan<char> characters)
    {
        foreach (var character in characters)
        {
            _text.Append(character);
            _stop = Look();
            if (_stop is not null) return false;
        }
        return true;
    }

    private Stop? Look()
    {
        foreach (var rule in _rules)
        {
            if (rule.Look(_text) is { } stop) return stop;
        }
        return null;
    }

    /// <summary>The decode ended by itself: the reason is its own, but the last line still answers to the rules.</summary>
    private Stop AtEnd(StopReason reason)
    {
        var keep = cursor.TextFollows ? _text.Length : _text.ContentEnd(_text.Length);
        // Cut off in the middle of a line: after whole lines, a piece of one is worse than none.
        var withinLine = reason is StopReason.Budget or StopReason.Policy && _text.Last != '\n';
        if (withinLine && _text.HasContent(_text.LineStart)) keep = _text.ContentEnd(_text.LineStart);
        foreach (var rule in _rules)
        {
            if (rule.LookAtEnd(_text) is { } stop) keep = Math.Min(keep, stop.Keep);
        }
        return new Stop(reason, keep);
    }
}
