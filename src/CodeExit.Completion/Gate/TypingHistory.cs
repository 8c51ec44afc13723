namespace CodeExit.Completion.Gate;

/// <summary>
/// What the user of one window did just now, as far as it tells whether a suggestion is wanted: the last edits, the time between them, what
/// was rejected and where. Safe for many threads.
/// </summary>
/// <param name="time">Clock of the keys.</param>
public sealed class TypingHistory(TimeProvider time)
{
    private const int MostPlaces = 64;

    // The weight of the newest in the means.
    private const double Newest = 0.15;

    /// <summary>A longer rest is no rhythm of typing.</summary>
    private static readonly TimeSpan LongestGap = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private readonly LinkedList<(string Place, string Text, int Times)> _rejected = new();
    private long? _lastKey;
    private (string Document, int Start, int End)? _lastEdit;
    private double _gap = LongestGap.TotalMilliseconds, _deviation, _answer, _acceptance = AcceptanceModel.Prior;

    /// <summary>Deletions in a row, up to the last edit.</summary>
    public int Deletions { get; private set; }

    /// <summary>Suggestions rejected since the last that was accepted.</summary>
    public int RejectionsInARow { get; private set; }

    /// <summary>Mean time between keys, and how far it varies, while someone types.</summary>
    public (TimeSpan Mean, TimeSpan Deviation) Rhythm
    {
        get
        {
            lock (_lock) return (TimeSpan.FromMilliseconds(_gap), TimeSpan.FromMilliseconds(_deviation));
        }
    }

    /// <summary>What an answer takes, once the model is asked; zero before the first.</summary>
    public TimeSpan TypicalAnswer
    {
        get
        {
            lock (_lock) return TimeSpan.FromMilliseconds(_answer);
        }
    }

    /// <summary>Of the last suggestions, the share that was accepted.</summary>
    public double Acceptance
    {
        get
        {
            lock (_lock) return _acceptance;
        }
    }

    /// <param name="document">Names the document.</param>
    /// <param name="start">Where the edit begins, in UTF-16 units.</param>
    /// <param name="removed">Units taken away there.</param>
    /// <param name="inserted">Units put in their place.</param>
    public void Edited(string document, int start, int removed, int inserted)
    {
        lock (_lock)
        {
            Deletions = removed > inserted ? Deletions + 1 : 0;
            _lastEdit = (document, start, start + inserted);
            var now = time.GetTimestamp();
            if (_lastKey is { } last && inserted <= 1 && time.GetElapsedTime(last, now) is var gap && gap < LongestGap) Beat(gap.TotalMilliseconds);
            _lastKey = now;
        }
    }

    /// <summary>The document was changed in a way that says nothing of keys: as a whole, or in several places.</summary>
    public void Edited(string document)
    {
        lock (_lock) (_lastEdit, Deletions) = ((document, 0, int.MaxValue), 0);
    }

    /// <summary>Whether the last edit was here, so that the cursor stands where it was typed to. Editors may have put a closer behind it.</summary>
    public bool TypedTo(string document, int caret)
    {
        lock (_lock) return _lastEdit is { } last && last.Document == document && last.Start <= caret && caret <= last.End;
    }

    /// <param name="took">From asking the model to its answer.</param>
    public void Answered(TimeSpan took)
    {
        lock (_lock) _answer += Newest * (took.TotalMilliseconds - _answer);
    }

    public void Accepted()
    {
        lock (_lock)
        {
            RejectionsInARow = 0;
            _acceptance += Newest * (1 - _acceptance);
        }
    }

    /// <param name="place">As <see cref="GateDecision.Place"/> names it.</param>
    /// <param name="text">What was suggested.</param>
    public void Rejected(string place, string text)
    {
        lock (_lock)
        {
            RejectionsInARow++;
            _acceptance -= Newest * _acceptance;
            var times = Forget(place) + 1;
            _rejected.AddLast((place, text, times));
            if (_rejected.Count > MostPlaces) _rejected.RemoveFirst();
        }
    }

    /// <summary>How often a suggestion at the place was rejected.</summary>
    public int Rejections(string place)
    {
        lock (_lock) return _rejected.FirstOrDefault(each => each.Place == place).Times;
    }

    /// <summary>Whether this was suggested at this place before and rejected. Then it is rejected once more.</summary>
    public bool Repeats(string place, string text)
    {
        lock (_lock)
        {
            var last = _rejected.LastOrDefault(each => each.Place == place);
            if (last.Times == 0 || last.Text != text) return false;
            _rejected.AddLast((place, text, Forget(place) + 1));
            return true;
        }
    }

    private int Forget(string place)
    {
        for (var node = _rejected.First; node is not null; node = node.Next)
        {
            if (node.Value.Place != place) continue;
            _rejected.Remove(node);
            return node.Value.Times;
        }
        return 0;
    }

    private void Beat(double gap)
    {
        _deviation += Newest * (Math.Abs(gap - _gap) - _deviation);
        _gap += Newest * (gap - _gap);
    }
}
