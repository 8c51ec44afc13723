using CodeExit.Telemetry.Metrics;
using CodeExit.Telemetry.Records;

namespace CodeExit.Completion;

/// <summary>
/// A service that gives its weights back when nobody has asked for anything for a while. A request that comes just then is answered all the
/// same: the service takes one thing after the other, so it finds the weights there, or loads them again. Nothing runs while nothing
/// happens: one timer stands at the moment of the unload.
/// </summary>
public sealed class IdleUnload : ICompletionService
{
    private readonly ICompletionService _service;
    private readonly TimeSpan _after;
    private readonly TimeProvider _time;
    private readonly Action? _unloaded;
    private readonly Lock _lock = new();
    private readonly ITimer _timer;
    private int _running;
    private long _idleSince;
    private bool _isArmed;

    /// <param name="service">Disposed with this one.</param>
    /// <param name="after">Infinite never unloads.</param>
    /// <param name="unloaded">Told after each unload of this kind.</param>
    public IdleUnload(ICompletionService service, TimeSpan after, TimeProvider time, Action? unloaded = null)
    {
        (_service, _after, _time, _unloaded) = (service, after, time, unloaded);
        _timer = time.CreateTimer(_ => UnloadIfIdle(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Asking moves nothing.</summary>
    public CompletionServiceStatus Status => _service.Status;

    public DepthStatus DepthOf(DepthSettings? settings) => _service.DepthOf(settings);

    public IReadOnlyList<EnergyTotal> EnergyTotals => _service.EnergyTotals;

    /// <summary>Until the weights are given back if nobody asks for anything; null while somebody does, or where they are not or stay there.</summary>
    public TimeSpan? UnloadIn
    {
        get
        {
            lock (_lock) return _isArmed ? Remaining() : null;
        }
    }

    public void Report(SuggestionFate fate) => _service.Report(fate);

    public async Task WarmAsync(CancellationToken cancellationToken)
    {
        using var use = Use();
        await _service.WarmAsync(cancellationToken).ConfigureAwait(false);
    }

    public async Task<CompletionResult?> CompleteAsync(CompletionRequest request, CancellationToken cancellationToken)
    {
        using var use = Use();
        return await _service.CompleteAsync(request, cancellationToken).ConfigureAwait(false);
    }

    public Task UnloadAsync(CancellationToken cancellationToken)
    {
        lock (_lock) Arm(false);
        return _service.UnloadAsync(cancellationToken);
    }

    public void Dispose()
    {
        _timer.Dispose();
        _service.Dispose();
    }

    private InUse Use()
    {
        lock (_lock)
        {
            _running++;
            Arm(false);
        }
        return new InUse(this);
    }

    private void EndUse()
    {
        lock (_lock)
        {
            if (--_running > 0) return;
            _idleSince = _time.GetTimestamp();
            Arm(_after != Timeout.InfiniteTimeSpan);
        }
    }

    private void UnloadIfIdle()
    {
        lock (_lock)
        {
            if (!_isArmed) return; // somebody came while the timer was on its way
            if (Remaining() is var early && early > TimeSpan.Zero)
            {
                _timer.Change(early, Timeout.InfiniteTimeSpan); // and left again, or the timer's clock is a coarser one
                return;
            }
            Arm(false);
        }
        _ = UnloadNowAsync();
    }

    private async Task UnloadNowAsync()
    {
        await _service.UnloadAsync(CancellationToken.None).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing); // ended meanwhile
        _unloaded?.Invoke();
    }

    /// <summary>Under the lock.</summary>
    private void Arm(bool armed)
    {
        if (!armed && !_isArmed) return;
        _isArmed = armed;
        _timer.Change(armed ? _after : Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    private TimeSpan Remaining() => _after - _time.GetElapsedTime(_idleSince);

    private readonly struct InUse(IdleUnload owner) : IDisposable
    {
        public void Dispose() => owner.EndUse();
    }
}
