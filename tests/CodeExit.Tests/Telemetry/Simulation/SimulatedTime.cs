namespace CodeExit.Tests.Telemetry.Simulation;

/// <summary>
/// A clock that moves when told to, and its timers with it: each fires at its very moment, in order. One thread moves it; timers may be
/// made, changed and disposed on any.
/// </summary>
internal sealed class SimulatedTime : TimeProvider
{
    private readonly List<Timer> _timers = [];

    /// <summary>Time since the start.</summary>
    public TimeSpan Now { get; private set; }

    /// <summary>Told before anything happens at a new moment: devices move with the clock.</summary>
    public Action<TimeSpan>? Moved { get; set; }

    /// <summary>How late a timer fires, as on a machine whose cores are all busy.</summary>
    public Func<TimeSpan> Lateness { get; init; } = () => TimeSpan.Zero;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <summary>What the calling thread last saw on such a clock.</summary>
    [field: ThreadStatic]
    public static TimeSpan Told { get; private set; }

    public override long GetTimestamp() => (Told = Now).Ticks;

    public void Advance(TimeSpan by)
    {
        var until = Now + by;
        while (TakeDue(until) is var (timer, due))
        {
            MoveTo(due);
            timer.Fire();
        }
        MoveTo(until);
    }

    public void Advance(double seconds) => Advance(TimeSpan.FromSeconds(seconds));

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new Timer(this, () => callback(state));
        lock (_timers)
        {
            timer.Change(dueTime, period);
            _timers.Add(timer);
        }
        return timer;
    }

    /// <summary>
    /// Moves on until a task that waits for this clock has ended. On a thread without a synchronisation context, where what a timer sets free
    /// goes on within its callback: so nothing is late, however busy the machine.
    /// </summary>
    public Task<T> RunAsync<T>(Task<T> task) => Task.Run(async () =>
    {
        while (!task.IsCompleted)
        {
            Advance(0.01);
            await Task.Yield(); // what goes on elsewhere all the same
        }
        return await task;
    });

    /// <summary>The timer that is due first, set for its next time already, and when it is due: never before now.</summary>
    private (Timer Timer, TimeSpan Due)? TakeDue(TimeSpan until)
    {
        lock (_timers)
        {
            if (_timers.Where(timer => timer.Due <= until).MinBy(timer => timer.Due) is not { } timer) return null;
            var due = Later(timer.Due, Now);
            timer.GoOn(due);
            return (timer, due);
        }
    }

    private void MoveTo(TimeSpan to)
    {
        Now = to;
        Moved?.Invoke(to);
    }

    private static TimeSpan Later(TimeSpan one, TimeSpan other) => one > other ? one : other;

    private sealed class Timer(SimulatedTime time, Action callback) : ITimer
    {
        private TimeSpan _period;
        private TimeSpan _nominal;

        public TimeSpan Due { get; private set; } = TimeSpan.MaxValue;

        public void GoOn(TimeSpan now)
        {
            if (_period == Timeout.InfiniteTimeSpan) Due = TimeSpan.MaxValue;
            else Set(_nominal + _period, now);
        }

        public void Fire() => callback();

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (time._timers)
            {
                _period = period;
                if (dueTime == Timeout.InfiniteTimeSpan) Due = TimeSpan.MaxValue;
                else Set(time.Now + dueTime, time.Now);
            }
            return true;
        }

        private void Set(TimeSpan nominal, TimeSpan now)
        {
            _nominal = nominal;
            Due = Later(nominal + time.Lateness(), now);
        }

        public void Dispose()
        {
            lock (time._timers) time._timers.Remove(this);
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
