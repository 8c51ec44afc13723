namespace CodeExit.Telemetry.Attribution;

/// <summary>
/// What a device draws with the model loaded and no request running, learned without polling: from what its counter has grown by over the
/// pauses between requests. Until there was one, from the time right after a request, which is too high where the device calms down slowly.
/// </summary>
internal sealed class IdleWatts
{
    /// <summary>In a shorter pause the device has hardly come to rest, and the counter's steps weigh too much.</summary>
    public static readonly TimeSpan ShortestPause = TimeSpan.FromSeconds(2);

    private const int Kept = 9;

    private readonly Queue<double> _pauses = new(Kept);
    private double? _tail;
    private double? _latest;

    /// <summary>Null before anything is known. The median: other programs may be at work in some of the pauses.</summary>
    public double? Watts
    {
        get
        {
            if (_pauses.Count == 0) return _tail;
            var sorted = _pauses.Order().ToArray();
            return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
        }
    }

    /// <summary>The device drew far more before this session than it does at rest: someone else was using it.</summary>
    public bool WasBusyBefore => _pauses.Count >= 3 && _latest > 1.5 * Watts && _latest > Watts + 5;

    /// <summary>Nothing is known yet of the time before the next session.</summary>
    public void Pause() => _latest = null;

    public void AddPause(QuietTime quiet)
    {
        if (quiet.Length >= ShortestPause) Add(quiet.Watts);
    }

    /// <summary>Power of a device at rest, read directly.</summary>
    public void Add(double watts)
    {
        _latest = watts;
        if (_pauses.Count == Kept) _pauses.Dequeue();
        _pauses.Enqueue(watts);
    }

    public void AddTail(double watts) => _tail = Math.Min(_tail ?? watts, watts);
}
