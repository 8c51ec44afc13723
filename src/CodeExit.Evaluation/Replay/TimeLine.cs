namespace CodeExit.Evaluation.Replay;

/// <summary>A moment of the trace's time.</summary>
/// <param name="Seconds">Its middle.</param>
/// <param name="Watts">The device at rest, and what requests took above that.</param>
/// <param name="Layers">Mean depth of the tokens of requests that began then; null where there were none.</param>
public sealed record TimeLinePoint(double Seconds, double Watts, double? Layers);

/// <summary>Spreads requests over the trace's time: joules evenly over the time that each ran.</summary>
internal sealed class TimeLine
{
    private const int Moments = 120;

    private readonly double _step;
    private readonly double[] _joules = new double[Moments];
    private readonly long[] _layers = new long[Moments];
    private readonly int[] _tokens = new int[Moments];

    public TimeLine(TimeSpan length) => _step = Math.Max(length.TotalSeconds, 1e-3) / Moments;

    public void Add(TimeSpan at, TimeSpan length, double net, IReadOnlyList<int> layersPerToken)
    {
        var (from, seconds) = (at.TotalSeconds, Math.Max(length.TotalSeconds, 1e-6));
        var (first, last) = (Moment(from), Moment(from + seconds));
        for (var moment = first; moment <= last; moment++)
        {
            // The last moment takes what a request ran on after the end of the trace.
            var (begin, end) = (Math.Max(from, moment * _step), moment == Moments - 1 ? from + seconds : Math.Min(from + seconds, (moment + 1) * _step));
            _joules[moment] += net * Math.Max(0, end - begin) / seconds;
        }
        _tokens[first] += layersPerToken.Count;
        foreach (var layers in layersPerToken) _layers[first] += layers;
    }

    public IReadOnlyList<TimeLinePoint> Points(double idleWatts) =>
    [
        .. Enumerable.Range(0, Moments).Select(moment => new TimeLinePoint(
            (moment + 0.5) * _step, idleWatts + _joules[moment] / _step, _tokens[moment] > 0 ? (double)_layers[moment] / _tokens[moment] : null)),
    ];

    private int Moment(double seconds) => Math.Clamp((int)(seconds / _step), 0, Moments - 1);
}
