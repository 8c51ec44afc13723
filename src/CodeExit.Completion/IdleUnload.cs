using CodeExit.Telemetry.Metrics;
using CodeExit.Telemetry.Records;

namespace CodeExit.Completion;

/// <summary>
/// A service that gives its weights back when nobody has asked for anything for a while. A request that comes just then is answered all the
/// same: the service takes one thing after the other, so it finds the weights there, or loads them again.
/// </summary>
public sealed class IdleUnload : ICompletionService
{
    private readonly ICompletionService _service;
    private readonly IdleTimer _timer;
    private readonly Action? _unloaded;

    /// <param name="service">Disposed with this one.</param>
    /// <param name="after">Infinite never unloads.</param>
    /// <param name="unloaded">Told after each unload of this kind.</param>
    public IdleUnload(ICompletionService service, TimeSpan after, TimeProvider time, Action? unloaded = null)
    {
        (_service, _unloaded) = (service, unloaded);
        _timer = new IdleTimer(after, time, () => _ = UnloadNowAsync());
    }

    /// <summary>Asking moves nothing.</summary>
    public CompletionServiceStatus Status => _service.Status;

    public IReadOnlyList<EnergyTotal> EnergyTotals => _service.EnergyTotals;

    /// <summary>Until the weights are given back if nobody asks for anything; null while somebody does, or where they are not or stay there.</summary>
    public TimeSpan? UnloadIn => _timer.Remaining;

    public DepthStatus DepthOf(DepthSettings? settings) => _service.DepthOf(settings);

    public void Report(SuggestionFate fate) => _service.Report(fate);

    public async Task WarmAsync(CancellationToken cancellationToken)
    {
        using var use = _timer.Use();
        await _service.WarmAsync(cancellationToken).ConfigureAwait(false);
    }

    public bool Recalls(CompletionRequest request) => _service.Recalls(request);

    public async Task<CompletionResult?> CompleteAsync(CompletionRequest request, CancellationToken cancellationToken)
    {
        using var use = _timer.Use();
        return await _service.CompleteAsync(request, cancellationToken).ConfigureAwait(false);
    }

    public Task UnloadAsync(CancellationToken cancellationToken)
    {
        _timer.Stop();
        return _service.UnloadAsync(cancellationToken);
    }

    public void Dispose()
    {
        _timer.Dispose();
        _service.Dispose();
    }

    private async Task UnloadNowAsync()
    {
        await _service.UnloadAsync(CancellationToken.None).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing); // it ended meanwhile
        _unloaded?.Invoke();
    }
}
