using CodeExit.LanguageServer.Protocol;

namespace CodeExit.LanguageServer.Suggestions;

/// <summary>The latencies of the last requests, for percentiles. Not safe for many threads: its ledger locks.</summary>
internal sealed class LatencyWindow
{
    private readonly double[] _milliseconds = new double[512];
    private long _count;

    public void Add(TimeSpan latency) => _milliseconds[_count++ % _milliseconds.Length] = latency.TotalMilliseconds;

    /// <summary>By nearest rank.</summary>
    public LatencyPercentiles Percentiles()
    {
        if (_count == 0) return new LatencyPercentiles(null, null);
        double[] sorted = _milliseconds[..(int)Math.Min(_count, _milliseconds.Length)];
        Array.Sort(sorted);
        return new LatencyPercentiles(Rank(sorted, 0.50), Rank(sorted, 0.95));
    }

    private static double Rank(double[] sorted, double share) => sorted[(int)Math.Ceiling(share * sorted.Length) - 1];
}
