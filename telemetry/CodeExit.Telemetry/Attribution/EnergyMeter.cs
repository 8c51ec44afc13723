using CodeExit.Telemetry.Sources;

namespace CodeExit.Telemetry.Attribution;

/// <summary>
/// Measures requests on some sources. Reads them while a window is open and for a moment after, never else: reading keeps a laptop's card
/// awake. Safe for many threads. Does not own its sources.
/// </summary>
public sealed class EnergyMeter : IDisposable
{
    /// <summary>How long the device is watched after a request: twice the step of the slowest counter, and the time a card takes to calm down.</summary>
    public static readonly TimeSpan Tail = TimeSpan.FromMilliseconds(250);

    /// <summary>A counter that has not moved by then has no answer.</summary>
    public static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(1);

    /// <summary>Steps of a counter are dated to half of this: 5 ms of 70 W are a third of a joule.</summary>
    private static readonly TimeSpan Watching = TimeSpan.FromMilliseconds(10);

    /// <summary>Where no step has to be watched for, the ends of requests say all; between them only a wrap could be missed.</summary>
    private static readonly TimeSpan Glancing = TimeSpan.FromMilliseconds(100);

    private readonly object _gate = new();
    private readonly TimeProvider _time;
    private readonly long _origin;
    private SourceTrace[] _traces;
    private readonly ITimer _timer;
    private readonly List<EnergyWindow> _open = [];
    private readonly List<ActiveSpan> _past = [];
    private bool _isSampling;

    public EnergyMeter(IReadOnlyList<IEnergySource> sources, TimeProvider time)
    {
        (_time, _origin) = (time, time.GetTimestamp());
        _traces = Traces(sources);
        _timer = time.CreateTimer(static meter => ((EnergyMeter)meter!).Tick(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>
    /// Told of the first source's power whenever it was read: some tens of times a second while a window is open. On the reading thread and
    /// under the meter's lock: be quick, and ask nothing of the meter.
    /// </summary>
    public event Action<DevicePower>? PowerRead;

    public IReadOnlyList<EnergySourceInfo> Sources => [.. _traces.Select(trace => trace.Info)];

    /// <summary>What is known of each source's power by now. Reads nothing: a card that sleeps goes on to.</summary>
    public IReadOnlyList<DevicePower> Power
    {
        get
        {
            lock (_gate)
            {
                var now = Now();
                return [.. _traces.Select(trace => trace.Power(now))];
            }
        }
    }

    /// <summary>How often the sources were read so far: stands still while no request runs.</summary>
    public long Polls { get; private set; }

    /// <summary>A request starts.</summary>
    public EnergyWindow Open()
    {
        lock (_gate)
        {
            var at = Poll();
            var window = new EnergyWindow(this, at, [.. _traces.Select(trace => trace.OtherWork())]);
            _open.Add(window);
            if (!_isSampling) SetTimer(_traces.Any(trace => trace.NeedsWatching) ? Watching : Glancing);
            _isSampling = true;
            return window;
        }
    }

    /// <summary>
    /// Measures other sources from here on: what it measures for has moved to another device. Nothing that was learned of the old ones is
    /// taken over; windows that are open end here, with what is known by now. The old ones are read no more when this returns.
    /// </summary>
    public void Watch(IReadOnlyList<IEnergySource> sources)
    {
        lock (_gate)
        {
            SettleAll();
            Rest(Now());
            _traces = Traces(sources);
        }
    }

    /// <summary>Open windows end here, with what is known by now.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _timer.Dispose();
            SettleAll();
            _isSampling = false;
        }
    }

    internal void Close(EnergyWindow window)
    {
        lock (_gate)
        {
            if (window.End is not null) return;
            var now = Poll();
            End(window, now);
            if (_traces.Any(trace => trace.HasTail)) return;
            Settle(window, now);
            if (_open.Count == 0) Rest(now);
        }
    }

    private void Tick()
    {
        if (!Monitor.TryEnter(_gate)) return; // a reading is under way
        try
        {
            if (!_isSampling) return; // a tick that was on its way when the timer was stopped
            var now = Poll();
            foreach (var window in _open.Where(window => IsReady(window, now)).ToArray()) Settle(window, now);
            if (_open.Count == 0) Rest(now);
            else Prune();
        }
        finally
        {
            Monitor.Exit(_gate);
        }
    }

    private TimeSpan Poll()
    {
        Polls++;
        var now = Now();
        foreach (var trace in _traces) trace.Read(now);
        if (PowerRead is { } listener && _traces[0].Power(now) is { Watts: not null, Age: { } age } power && age == TimeSpan.Zero) listener(power);
        return now;
    }

    private static SourceTrace[] Traces(IReadOnlyList<IEnergySource> sources) => [.. sources.Select(source => new SourceTrace(source))];

    private void SettleAll()
    {
        foreach (var window in _open.ToArray())
        {
            if (window.End is null) End(window, Now());
            Settle(window, Now());
        }
    }

    private void End(EnergyWindow window, TimeSpan at) =>
        window.EndAt(at, [.. _traces.Zip(window.OthersBefore, (trace, before) => trace.OtherWork() - before)]);

    private bool IsReady(EnergyWindow window, TimeSpan now)
    {
        if (window.End is not { } end || now < end + Tail) return false;
        return now >= end + LongestWait || _traces.All(trace => trace.IsSettled(window.Span));
    }

    private void Settle(EnergyWindow window, TimeSpan now)
    {
        ActiveSpan[] all = [.. _open.Select(other => other.Span), .. _past];
        var tail = now - window.End!.Value;
        window.Settle([.. _traces.Select((trace, source) => trace.Measure(window.Span, all, tail, window.Others[source]))]);
        _open.Remove(window);
        _past.Add(window.Span);
    }

    /// <summary>Edges from the start of the oldest open window on are still needed, and the spans that share time with it.</summary>
    private void Prune()
    {
        var from = _open.Min(window => window.Start);
        foreach (var trace in _traces) trace.Prune(from);
        _past.RemoveAll(span => span.End < from - LongestWait);
    }

    private void Rest(TimeSpan now)
    {
        SetTimer(Timeout.InfiniteTimeSpan);
        foreach (var trace in _traces) trace.Pause(now);
        _past.Clear();
        _isSampling = false;
    }

    private void SetTimer(TimeSpan every) => _timer.Change(every, every);

    private TimeSpan Now() => _time.GetElapsedTime(_origin);
}
