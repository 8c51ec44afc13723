namespace CodeExit.Telemetry.Attribution;

/// <summary>What one request owes of what a device took.</summary>
/// <param name="Gross">J: net, and the request's part of what the device would have taken anyway.</param>
/// <param name="Net">J above idle. A little below 0 where the request took less than the device's idle power varies by.</param>
internal readonly record struct Bill(double Gross, double Net)
{
    /// <summary>
    /// Brackets a request: what the device took from the last edge before it to the first after it, less idle power over all that time, is
    /// its net; where requests share the time between two edges, each owes by the time in which it was active, and moments in which
    /// several are active are shared alike. The nets of all requests add up to what was taken above idle.
    /// </summary>
    /// <param name="all">Every request that was active meanwhile, this one among them.</param>
    public static Bill Of(EdgeTrace edges, (int First, int Last) bracket, ActiveSpan request, IReadOnlyList<ActiveSpan> all, double idleWatts)
    {
        double net = 0, active = 0;
        for (var i = bracket.First; i < bracket.Last; i++)
        {
            var (from, to) = (edges[i], edges[i + 1]);
            var (own, any) = ActiveSeconds(request, all, from.At, to.At);
            if (any == 0) continue;
            net += (to.Joules - from.Joules - idleWatts * (to.At - from.At).TotalSeconds) * (own / any);
            active += own;
        }
        return new Bill(net + idleWatts * active, net);
    }

    /// <summary>Seconds between two edges that belong to a request, and those in which any was active.</summary>
    private static (double Own, double Any) ActiveSeconds(ActiveSpan request, IReadOnlyList<ActiveSpan> all, TimeSpan from, TimeSpan to)
    {
        double own = 0, any = 0;
        for (var at = from; at < to;)
        {
            // As far as nobody comes or goes.
            var (next, sharers) = (to, 0);
            foreach (var span in all)
            {
                if (span.Start > at && span.Start < next) next = span.Start;
                if (span.End > at && span.End < next) next = span.End;
                if (span.IsActiveAt(at)) sharers++;
            }
            var seconds = (next - at).TotalSeconds;
            if (sharers > 0) any += seconds;
            if (request.IsActiveAt(at)) own += seconds / sharers;
            at = next;
        }
        return (own, any);
    }
}
