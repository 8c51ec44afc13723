namespace CodeExit.Telemetry.Attribution;

/// <summary>Edges of one device, oldest first, without a hole between them.</summary>
internal sealed class EdgeTrace
{
    private readonly List<EnergyEdge> _edges = [];

    public int Count => _edges.Count;

    public EnergyEdge this[int index]
    {
        get => _edges[index];
        set => _edges[index] = value;
    }

    public EnergyEdge Last => _edges[^1];

    public void Add(EnergyEdge edge) => _edges.Add(edge);

    public void Clear() => _edges.Clear();

    /// <summary>The last edge before a span and the first after it; null where one of them is not there.</summary>
    public (int First, int Last)? Bracket(ActiveSpan span)
    {
        var first = _edges.FindLastIndex(edge => edge.At <= span.Start);
        if (first < 0) return null;
        var last = _edges.FindIndex(first, edge => edge.At >= span.End);
        return last < 0 ? null : (first, last);
    }

    /// <summary>Forgets what no span from <paramref name="from"/> on needs.</summary>
    public void Prune(TimeSpan from)
    {
        var keep = _edges.FindLastIndex(edge => edge.At <= from);
        if (keep > 0) _edges.RemoveRange(0, keep);
    }
}
