using CodeExit.Completion;
using CodeExit.Tests.Telemetry.Simulation;

namespace CodeExit.Tests.Completion;

public sealed class IdleTimerTests
{
    private readonly SimulatedTime _time = new();
    private int _told;

    [Fact]
    public void Start_NobodyComes_TellsOnceAtThatMoment()
    {
        using var timer = Create(10);
        timer.Start();

        _time.Advance(9.999);
        Assert.Equal(0, _told);
        _time.Advance(1000);

        Assert.Equal(1, _told);
        Assert.Null(timer.Remaining);
    }

    [Fact]
    public void Use_Overlapping_CountsFromTheEndOfTheLast()
    {
        using var timer = Create(10);
        var first = timer.Use();
        var second = timer.Use();
        _time.Advance(100);
        first.Dispose();
        first.Dispose(); // ends one use, once
        Assert.Equal((1, null), (timer.Users, timer.Remaining));
        _time.Advance(100);
        second.Dispose();

        _time.Advance(9);
        Assert.Equal((0, TimeSpan.FromSeconds(1)), (_told, timer.Remaining));
        _time.Advance(1);
        Assert.Equal(1, _told);
    }

    [Fact]
    public void Use_AgainBeforeTheMoment_PutsItOff()
    {
        using var timer = Create(10);
        for (var use = 0; use < 50; use++)
        {
            timer.Use().Dispose();
            _time.Advance(9.9);
        }

        Assert.Equal(0, _told);
    }

    [Fact]
    public void Tell_TimerThatFiresEarly_WaitsForTheRest()
    {
        var early = new EarlyTime(_time);
        using var timer = new IdleTimer(TimeSpan.FromSeconds(10), early, () => _told++);
        timer.Start();

        _time.Advance(9.9995); // it has fired by now
        Assert.Equal(0, _told);
        _time.Advance(0.001);
        Assert.Equal(1, _told);
    }

    [Fact]
    public void Stop_BeforeTheMoment_TellsNothingUntilTheNextUseHasEnded()
    {
        using var timer = Create(10);
        timer.Start();
        timer.Stop();
        _time.Advance(100);
        Assert.Equal(0, _told);

        timer.Use().Dispose();
        _time.Advance(10);
        Assert.Equal(1, _told);
    }

    private IdleTimer Create(double seconds) => new(TimeSpan.FromSeconds(seconds), _time, () => _told++);

    /// <summary>A clock whose timers fire a millisecond before they should, as coarse ones do.</summary>
    private sealed class EarlyTime(TimeProvider time) : TimeProvider
    {
        public override long TimestampFrequency => time.TimestampFrequency;

        public override long GetTimestamp() => time.GetTimestamp();

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            new Timer(time.CreateTimer(callback, state, Early(dueTime), period));

        private static TimeSpan Early(TimeSpan due) => due > TimeSpan.FromMilliseconds(1) ? due - TimeSpan.FromMilliseconds(1) : due;

        private sealed class Timer(ITimer timer) : ITimer
        {
            public bool Change(TimeSpan dueTime, TimeSpan period) => timer.Change(Early(dueTime), period);

            public void Dispose() => timer.Dispose();

            public ValueTask DisposeAsync() => timer.DisposeAsync();
        }
    }
}
