using CodeExit.Telemetry;
using CodeExit.Telemetry.Sources;
using CodeExit.Tests.Telemetry.Simulation;

namespace CodeExit.Tests.Evaluation.Serving;

/// <summary>A device of 70 W at rest and 300 W at work, with a counter. Knows exactly what it was drawn on.</summary>
internal sealed class SteadyDevice(SimulatedTime time) : IEnergySource
{
    public const double RestWatts = 70, WorkWatts = 300, NetWatts = WorkWatts - RestWatts;

    private readonly List<(double From, double To)> _work = [];

    public EnergyLabel Label { get; set; } = EnergyLabel.MeasuredCounter;

    public EnergySourceInfo Info => new("steady", "steady device", "gpu", Label, TimeSpan.FromMilliseconds(1)) { IdleWatts = RestWatts };

    /// <summary>Seconds of work so far.</summary>
    public double Worked => Until(time.Now.TotalSeconds);

    /// <summary>Works for so long from now on, or until it is cancelled.</summary>
    public async Task WorkAsync(double seconds, CancellationToken cancellationToken)
    {
        var start = time.Now.TotalSeconds;
        var index = Add(start, start + seconds);
        try
        {
            // Not Task.Delay: who waits for that hears of a cancellation on another thread, and the clock may have gone on by then.
            var done = new TaskCompletionSource();
            using var timer = time.CreateTimer(_ => done.TrySetResult(), null, TimeSpan.FromSeconds(seconds), Timeout.InfiniteTimeSpan);
            using var registration = cancellationToken.Register(() => done.TrySetCanceled(cancellationToken));
            await done.Task.ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            lock (_work) _work[index] = (start, time.Now.TotalSeconds); // told by whatever thread cancelled it
            throw;
        }
    }

    /// <summary>As of when the reader last looked at the clock: it may have been moved on since, on another thread.</summary>
    public SourceReading Read()
    {
        var at = SimulatedTime.Told.TotalSeconds;
        return new SourceReading(RestWatts * at + NetWatts * Until(at), null, 0);
    }

    public void Dispose() { }

    private int Add(double from, double to)
    {
        lock (_work)
        {
            _work.Add((from, to));
            return _work.Count - 1;
        }
    }

    private double Until(double now)
    {
        lock (_work) return _work.Sum(span => Math.Max(0, Math.Min(now, span.To) - span.From));
    }
}
