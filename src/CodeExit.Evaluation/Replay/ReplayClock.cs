namespace CodeExit.Evaluation.Replay;

/// <summary>
/// The typist's time. While a request runs it passes as the engine's does, so that what comes too late in life comes too late here; while
/// none does, it passes faster.
/// </summary>
internal sealed class ReplayClock(TimeProvider time, double speed)
{
    public TimeSpan Now { get; private set; }

    /// <summary>No request runs until then.</summary>
    public async Task RestAsync(TimeSpan until, CancellationToken cancellationToken)
    {
        var left = (until - Now) / speed;
        if (left > TimeSpan.Zero) await Task.Delay(left, time, cancellationToken).ConfigureAwait(false);
        Now = until;
    }

    /// <summary>A request runs, until then or until it is answered.</summary>
    /// <returns>Whether it was answered.</returns>
    public async Task<bool> RunAsync(Task answer, TimeSpan until, CancellationToken cancellationToken)
    {
        var start = time.GetTimestamp();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var left = until - Now;
        await Task.WhenAny(answer, Task.Delay(left > TimeSpan.Zero ? left : TimeSpan.Zero, time, stop.Token)).ConfigureAwait(false);
        stop.Cancel();
        cancellationToken.ThrowIfCancellationRequested();
        var isAnswered = answer.IsCompleted;
        var passed = Now + time.GetElapsedTime(start);
        Now = isAnswered && passed < until ? passed : until;
        return isAnswered;
    }
}
