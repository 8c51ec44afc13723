using System.Runtime.InteropServices;

namespace CodeExit.Inference.Compute.Cpu;

/// <summary>Work that every member of a team runs at once, each on its share, meeting at <see cref="WorkerTeam.Barrier"/>.</summary>
internal interface ITeamWork
{
    /// <param name="worker">0 … <see cref="WorkerTeam.Count"/> − 1; 0 is the thread that called <see cref="WorkerTeam.Run"/>.</param>
    void Execute(WorkerTeam team, int worker);
}

/// <summary>
/// Threads that run one piece of work together (single program, multiple data). A forward pass meets at a barrier five times a layer, so
/// waiting spins first; when the other cores are taken it yields, and between runs it sleeps: an idle team draws nothing.
/// One caller at a time.
/// </summary>
internal sealed class WorkerTeam : IDisposable
{
    /// <summary>About 50 µs: longer than the pause between two tokens, shorter than anything a power meter sees.</summary>
    private const int SpinsBeforeSleep = 1500;

    /// <summary>A few µs: what workers differ by at a barrier. Beyond that the other one is likely waiting for this core.</summary>
    private const int SpinsBeforeYield = 100;

    private readonly Thread[] _threads;
    private readonly Lock _runLock = new();
    private readonly object _sleepGate = new();
    private Shared _shared;
    private ITeamWork? _work;
    private Exception? _failure;
    private bool _disposed;

    /// <param name="count">Workers, the caller included.</param>
    public WorkerTeam(int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        Count = count;
        _threads = new Thread[count - 1];
        for (var i = 0; i < _threads.Length; i++)
        {
            var worker = i + 1;
            _threads[i] = new Thread(() => Serve(worker)) { IsBackground = true, Name = $"codeexit compute {worker}" };
            _threads[i].Start();
        }
    }

    public int Count { get; }

    /// <summary>Share of <paramref name="total"/> items that falls to a worker: contiguous, sizes differing by at most one.</summary>
    public (int First, int End) Share(int worker, int total) =>
        ((int)((long)total * worker / Count), (int)((long)total * (worker + 1) / Count));

    /// <summary>
    /// Takes the next items that no worker has taken since the last barrier. Shares that are dealt out as they are asked for even out cores
    /// of unequal speed: a virtual machine's neighbours see to it that they are.
    /// </summary>
    /// <returns>False when all <paramref name="total"/> are taken.</returns>
    public bool Claim(int total, int chunk, out int first, out int end)
    {
        first = Interlocked.Add(ref _shared.Claimed, chunk) - chunk;
        end = Math.Min(first + chunk, total);
        return first < total;
    }

    /// <summary>Runs <paramref name="work"/> on every worker and returns when all are done.</summary>
    public void Run(ITeamWork work)
    {
        lock (_runLock)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            _shared.Claimed = 0;
            if (Count == 1)
            {
                work.Execute(this, 0);
                return;
            }
            _work = work;
            _failure = null;
            _shared.Running = Count - 1;
            _shared.Arrived = 0;
            Interlocked.Increment(ref _shared.Epoch); // full fence: what is above is seen by whoever sees the new epoch
            if (Volatile.Read(ref _shared.Sleeping) > 0)
            {
                lock (_sleepGate) Monitor.PulseAll(_sleepGate);
            }
            ExecuteGuarded(work, 0);
            for (var spins = 0; Volatile.Read(ref _shared.Running) != 0; spins++) Pause(spins);
            _work = null;
            if (_failure is { } failure) throw new InvalidOperationException("A compute worker failed.", failure);
        }
    }

    /// <summary>Returns once every worker has called it as often as this one. Writes made before it are seen by all after it.</summary>
    public void Barrier()
    {
        if (Count == 1)
        {
            _shared.Claimed = 0;
            return;
        }
        var generation = Volatile.Read(ref _shared.Generation);
        if (Interlocked.Increment(ref _shared.Arrived) == Count)
        {
            _shared.Arrived = 0;
            _shared.Claimed = 0;
            Volatile.Write(ref _shared.Generation, generation + 1);
            return;
        }
        for (var spins = 0; Volatile.Read(ref _shared.Generation) == generation; spins++)
        {
            if (Volatile.Read(ref _failure) is not null) throw new OperationCanceledException("Another compute worker failed.");
            Pause(spins);
        }
    }

    public void Dispose()
    {
        lock (_runLock)
        {
            if (_disposed) return;
            _disposed = true;
            Interlocked.Increment(ref _shared.Epoch);
            lock (_sleepGate) Monitor.PulseAll(_sleepGate);
        }
        foreach (var thread in _threads) thread.Join();
    }

    private static void Pause(int spins)
    {
        if (spins < SpinsBeforeYield) Thread.SpinWait(1);
        else Thread.Sleep(0);
    }

    private void Serve(int worker)
    {
        for (var seen = 0; ; seen++)
        {
            AwaitEpochAfter(seen);
            if (_work is not { } work) return; // only Dispose advances the epoch without work
            ExecuteGuarded(work, worker);
            Interlocked.Decrement(ref _shared.Running);
        }
    }

    private void AwaitEpochAfter(int seen)
    {
        for (var spins = 0; spins < SpinsBeforeSleep; spins++)
        {
            if (Volatile.Read(ref _shared.Epoch) != seen) return;
            Thread.SpinWait(1);
        }
        lock (_sleepGate)
        {
            Interlocked.Increment(ref _shared.Sleeping); // fence: Run reads it after it has advanced the epoch
            while (Volatile.Read(ref _shared.Epoch) == seen) Monitor.Wait(_sleepGate);
            Interlocked.Decrement(ref _shared.Sleeping);
        }
    }

    private void ExecuteGuarded(ITeamWork work, int worker)
    {
        try
        {
            work.Execute(this, worker);
        }
#pragma warning disable CA1031 // any failure must reach the caller of Run, and free the workers that wait at a barrier
        catch (Exception exception)
#pragma warning restore CA1031
        {
            Interlocked.CompareExchange(ref _failure, exception, null);
        }
    }

    /// <summary>Each counter on cache lines of its own (adjacent-line prefetch pairs them), so that waiting for one does not slow another.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 7 * 128)]
    private struct Shared
    {
        [FieldOffset(1 * 128)] public int Epoch;
        [FieldOffset(2 * 128)] public int Running;
        [FieldOffset(3 * 128)] public int Arrived;
        [FieldOffset(4 * 128)] public int Generation;
        [FieldOffset(5 * 128)] public int Sleeping;
        [FieldOffset(6 * 128)] public int Claimed;
    }
}
