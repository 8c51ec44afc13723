namespace CodeExit.Completion;

/// <summary>Tells when nobody has used something for a while. One timer stands at that moment; nothing runs before. Safe for many threads.</summary>
public sealed class IdleTimer : IDisposable
{
    private readonly TimeSpan _after;
    private readonly TimeProvider _time;
    private readonly Action _idle;
    private readonly Lock _lock = new();
    private readonly ITimer _timer;
    private int _users;
    private long _since;
    private bool _isArmed;

    /// <param name="after">Infinite tells nothing, ever.</param>
    /// <param name="idle">Told on a thread of the pool.</param>
    public IdleTimer(TimeSpan after, TimeProvider time, Action idle)
    {
        (_after, _time, _idle) = (after, time, idle);
        _timer = time.CreateTimer(_ => Tell(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Uses that have not ended.</summary>
    public int Users
    {
        get
        {
            lock (_lock) return _users;
        }
    }

    /// <summary>Until it tells, if nobody comes; null while somebody is there, where it has told, and where it never will.</summary>
    public TimeSpan? Remaining
    {
        get
        {
            lock (_lock) return _isArmed ? Left() : null;
        }
    }

    /// <summary>Somebody is there until what this gives is disposed.</summary>
    public IDisposable Use()
    {
        lock (_lock)
        {
            _users++;
            Disarm();
        }
        return new Usage(this);
    }

    /// <summary>Begins to wait, without anybody having been there.</summary>
    public void Start()
    {
        lock (_lock) Arm();
    }

    /// <summary>Nothing is left to be told, until the next use has ended.</summary>
    public void Stop()
    {
        lock (_lock) Disarm();
    }

    public void Dispose() => _timer.Dispose();

    private void End()
    {
        lock (_lock)
        {
            if (--_users == 0) Arm();
        }
    }

    private void Tell()
    {
        lock (_lock)
        {
            if (!_isArmed) return; // somebody came while the timer was on its way
            if (Left() is var early && early > TimeSpan.Zero)
            {
                _timer.Change(early, Timeout.InfiniteTimeSpan); // and left again, or the timer's clock is a coarser one
                return;
            }
            _isArmed = false;
        }
        _idle();
    }

    private void Arm()
    {
        if (_after == Timeout.InfiniteTimeSpan) return;
        (_since, _isArmed) = (_time.GetTimestamp(), true);
        _timer.Change(_after, Timeout.InfiniteTimeSpan);
    }

    private void Disarm()
    {
        if (!_isArmed) return;
        _isArmed = false;
        _timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    private TimeSpan Left() => _after - _time.GetElapsedTime(_since);

    private sealed class Usage(IdleTimer timer) : IDisposable
    {
        private bool _ended;

        public void Dispose()
        {
            if (!Interlocked.Exchange(ref _ended, true)) timer.End();
        }
    }
}
