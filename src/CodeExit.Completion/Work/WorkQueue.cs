namespace CodeExit.Completion.Work;

/// <summary>
/// What waits for the worker, first come first served. An origin has at most one item that is not superseded: a newer one takes the
/// older one's place in the queue, so that typing fast loses nobody their turn. Safe for many threads.
/// </summary>
internal sealed class WorkQueue
{
    private readonly object _gate = new();
    private readonly LinkedList<WorkItem> _waiting = new();
    private WorkItem? _running;
    private bool _closed;

    /// <summary>Items waiting and in progress.</summary>
    public int Count
    {
        get
        {
            lock (_gate) return _waiting.Count + (_running is null ? 0 : 1);
        }
    }

    /// <returns>False where the queue is closed.</returns>
    public bool TryAdd(WorkItem item)
    {
        WorkItem? older, running = null;
        lock (_gate)
        {
            if (_closed) return false;
            older = Replace(item);
            if (IsOf(item.Origin, _running)) running = _running;
            Monitor.Pulse(_gate);
        }
        older?.Supersede();
        running?.Supersede(item);
        return true;
    }

    /// <summary>A newer request of this origin was answered without the worker.</summary>
    /// <returns>False where the queue is closed.</returns>
    public bool TrySupersede(object? origin)
    {
        List<WorkItem> older;
        lock (_gate)
        {
            if (_closed) return false;
            older = [.. _waiting.Where(item => IsOf(origin, item))];
            foreach (var item in older) _waiting.Remove(item);
            if (IsOf(origin, _running)) older.Add(_running!);
        }
        foreach (var item in older) item.Supersede();
        return true;
    }

    /// <summary>Waits for an item and marks it as running; null once the queue is closed.</summary>
    public WorkItem? Take()
    {
        lock (_gate)
        {
            while (!_closed && _waiting.Count == 0) Monitor.Wait(_gate);
            if (_closed) return null;
            _running = _waiting.First!.Value;
            _waiting.RemoveFirst();
            return _running;
        }
    }

    /// <summary>The worker is free.</summary>
    public void Finish()
    {
        lock (_gate) _running = null;
    }

    /// <summary>Nobody wants it any more, and so nobody wants what goes on only for it either.</summary>
    public void Remove(WorkItem item)
    {
        WorkItem? orphan = null;
        lock (_gate)
        {
            if (_waiting.Remove(item) && _running is { IsAnswered: true } && IsOf(item.Origin, _running)) orphan = _running;
        }
        orphan?.Supersede();
    }

    /// <summary>Lets no one in any more.</summary>
    /// <returns>What was waiting or in progress.</returns>
    public IReadOnlyList<WorkItem> Close()
    {
        lock (_gate)
        {
            _closed = true;
            List<WorkItem> left = [.. _waiting];
            if (_running is not null) left.Add(_running);
            _waiting.Clear();
            Monitor.Pulse(_gate);
            return left;
        }
    }

    private static bool IsOf(object? origin, WorkItem? item) => origin is not null && origin.Equals(item?.Origin);

    /// <returns>The item whose place was taken.</returns>
    private WorkItem? Replace(WorkItem item)
    {
        for (var node = _waiting.First; node is not null; node = node.Next)
        {
            if (!IsOf(item.Origin, node.Value)) continue;
            var older = node.Value;
            node.Value = item;
            return older;
        }
        _waiting.AddLast(item);
        return null;
    }
}
