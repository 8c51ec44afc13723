using CodeExit.Telemetry.Sources;

namespace CodeExit.Telemetry.Attribution;

/// <summary>One source: what its readings have told so far, and the bills that follow from it.</summary>
internal sealed class SourceTrace(IEnergySource source)
{
    /// <summary>Others may use this share of the device before a request's joules count as contaminated.</summary>
    private const double OthersAllowed = 0.1;

    /// <summary>The kernel counts processor time in ticks of 10 ms, and so does not see less than a few of them.</summary>
    private static readonly TimeSpan OthersUnseen = TimeSpan.FromMilliseconds(50);

    private readonly CounterTrace _counter = new();
    private readonly PowerTrace _power = new();
    private readonly IdleWatts _idle = new();
    private readonly BackOff _backOff = new();
    private string? _failure;
    private bool _isAway;
    private TimeSpan? _pausedAt;

    public EnergySourceInfo Info => source.Info;

    /// <summary>Whether the counter moves so rarely that its steps have to be watched for.</summary>
    public bool NeedsWatching => Info.Period > CounterTrace.Fine;

    /// <summary>Whether there is anything to see after a request: an estimate knows all at its end.</summary>
    public bool HasTail => Info.Label != EnergyLabel.EstimatedModel;

    public double? IdleWatts => Info.IdleWatts ?? _idle.Watts;

    public TimeSpan? OtherWork() => source.OtherWork();

    public void Read(TimeSpan at)
    {
        if (!_backOff.Allows(at)) return;
        var reading = source.Read();
        if (reading.Fault != ReadFault.None)
        {
            Fail(reading, at);
            return;
        }
        (_failure, _isAway) = (null, false);
        _backOff.Succeeded();
        if (reading.Joules is { } joules && _counter.Add(joules, reading.Epoch, at, Info.Period) is { } pause) _idle.AddPause(pause);
        if (reading.Watts is not { } watts) return;
        if (reading.Joules is null && IsAtRest(at)) _idle.Add(watts);
        _power.Add(watts, at);
    }

    /// <summary>Nobody asks for the time from here on.</summary>
    public void Pause(TimeSpan at)
    {
        _counter.Pause();
        _power.Edges.Clear();
        _idle.Pause();
        _pausedAt = at;
    }

    public void Prune(TimeSpan from)
    {
        _counter.Edges.Prune(from);
        _power.Edges.Prune(from);
    }

    /// <summary>Whether waiting longer would make no difference to the bill of a request that has ended.</summary>
    public bool IsSettled(ActiveSpan request)
    {
        var edges = Info.Label == EnergyLabel.MeasuredIntegrated ? _power.Edges : _counter.Edges;
        return _isAway || edges.Bracket(request) is not null;
    }

    /// <param name="all">Every request that was active meanwhile, this one among them.</param>
    /// <param name="tail">How long after the request the device was still watched.</param>
    /// <param name="others">What others have done on the device in that time; null where nobody knows.</param>
    public EnergyMeasurement Measure(ActiveSpan request, IReadOnlyList<ActiveSpan> all, TimeSpan tail, TimeSpan? others)
    {
        var length = request.End - request.Start;
        var (edges, label) = _counter.Edges.Bracket(request) is not null
            ? (_counter.Edges, Info.Label == EnergyLabel.EstimatedModel ? EnergyLabel.EstimatedModel : EnergyLabel.MeasuredCounter)
            : (_power.Edges, EnergyLabel.MeasuredIntegrated);
        if (edges.Bracket(request) is not { } bracket)
        {
            return EnergyMeasurement.Unavailable(length) with { Source = $"{Info.Id}: {Reason(request)}" };
        }
        var after = Tail(edges, bracket.Last, request.End + tail, all);
        if (after is { } quiet && quiet.Length > TimeSpan.Zero) _idle.AddTail(quiet.Watts);
        var idle = IdleWatts ?? 0;
        var bill = Bill.Of(edges, bracket, request, all, idle);
        var readings = edges == _power.Edges ? null : _power.Edges.Bracket(request);
        return new EnergyMeasurement(bill.Gross, bill.Net, label, Info.Id, Info.Scope, length)
        {
            IdleWatts = IdleWatts,
            TailJoules = after is { } rest ? rest.Joules - idle * rest.Length.TotalSeconds : null,
            IntegratedJoules = readings is { } beside ? Bill.Of(_power.Edges, beside, request, all, idle).Gross : null,
            Contamination = Contamination(length, others),
        };
    }

    /// <summary>Whether this is the first reading of a request after a pause: the device has not begun with it.</summary>
    private bool IsAtRest(TimeSpan at) =>
        _power.Edges.Count == 0 && (_pausedAt is not { } pausedAt || at - pausedAt >= Attribution.IdleWatts.ShortestPause);

    /// <summary>Why a request has no bill.</summary>
    private string Reason(ActiveSpan request)
    {
        if (_failure is not null) return _failure;
        var wasInterrupted = _counter.Edges.Count == 0 || _counter.Edges[0].At > request.Start;
        return wasInterrupted ? "the counter was reset, or the device away, during the request" : "the counter stood still";
    }

    private void Fail(SourceReading reading, TimeSpan at)
    {
        _failure = reading.Reason;
        if (reading.Fault == ReadFault.Retry) return; // the counter went on meanwhile: a later reading has it all
        _isAway = true;
        _counter.Break();
        _power.Edges.Clear();
        if (reading.Fault == ReadFault.Unsupported) _backOff.Never();
        else _backOff.Failed(at);
    }

    /// <summary>From a request's closing edge until the watch ends; null where another request was active meanwhile.</summary>
    private static QuietTime? Tail(EdgeTrace edges, int first, TimeSpan until, IReadOnlyList<ActiveSpan> all)
    {
        var last = first;
        while (last + 1 < edges.Count && edges[last + 1].At <= until) last++;
        var (from, to) = (edges[first], edges[last]);
        return all.Any(span => span.End > from.At && span.Start < to.At) ? null : new QuietTime(to.At - from.At, to.Joules - from.Joules);
    }

    private string? Contamination(TimeSpan length, TimeSpan? others)
    {
        if (others > OthersUnseen && others > length * OthersAllowed)
        {
            return FormattableString.Invariant($"other processes used {Math.Min(1, others.Value / length):0 %} of the device");
        }
        return _idle.WasBusyBefore ? "the device was busy right before the request" : null;
    }
}
