using CodeExit.Completion;
using CodeExit.Completion.Gate;

namespace CodeExit.Evaluation.Replay;

/// <summary>The gate and the debounce of the language server, told of keys and suggestions as a connection of it is. Without aids it lets everything through.</summary>
internal sealed class AidedTyping
{
    private readonly AskingAids _aids;
    private readonly TypingHistory _history;
    private readonly AskGate _gate;
    private GateDecision? _asked;
    private string _file = "";

    public AidedTyping(AskingAids aids, ReplayClock clock)
    {
        _aids = aids;
        _history = new TypingHistory(new TraceTime(clock));
        _gate = new AskGate(new AcceptanceModel(), _history);
    }

    /// <summary>Times that the model was not asked.</summary>
    public int NotAsked { get; private set; }

    /// <summary>Beside what the editor waits.</summary>
    public TimeSpan Wait => _aids.HasFlag(AskingAids.Debounce) ? AdaptiveDebounce.Wait(_history, AdaptiveDebounce.Longest) : TimeSpan.Zero;

    public void Open(string file) => (_file, _asked) = (file, null);

    public void Typed(int at, int characters) => _history.Edited(_file, at, 0, characters);

    public bool LetsThrough(CompletionRequest request)
    {
        if (!_aids.HasFlag(AskingAids.Gate)) return true;
        _asked = _gate.Decide(request, _file, request.Offset);
        if (_asked.IsAsked) return true;
        NotAsked++;
        return false;
    }

    public void Answered(TimeSpan took) => _history.Answered(took);

    public void NothingToShow()
    {
        if (_asked is not null) _gate.Learn(_asked, accepted: false);
    }

    public void Rejected(string text)
    {
        if (_asked is null)
        {
            _history.Rejected("", text);
            return;
        }
        _history.Rejected(_asked.Place, text);
        _gate.Learn(_asked, accepted: false);
    }

    public void Accepted()
    {
        _history.Accepted();
        if (_asked is not null) _gate.Learn(_asked, accepted: true);
    }

    private sealed class TraceTime(ReplayClock clock) : TimeProvider
    {
        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => clock.Now.Ticks;
    }
}
