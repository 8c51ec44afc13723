using System.Diagnostics.CodeAnalysis;

namespace CodeExit.Completion.Work;

/// <summary>
/// Something asked of the worker. It is answered once: by the worker, by its caller's cancellation, by a newer request of its origin or
/// by the end of the service, whichever comes first. Safe for many threads.
/// </summary>
/// <param name="origin">Whom it is for; null is never superseded.</param>
/// <param name="run">What the worker does for it.</param>
[SuppressMessage("Design", "CA1001", Justification = "Unlinked and untimed, the source holds nothing to dispose of.")]
internal sealed class WorkItem(object? origin, Func<ResidentModel, CancellationToken, CompletionResult?> run)
{
    private readonly TaskCompletionSource<CompletionResult?> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _stop = new();
    private CancellationTokenRegistration _registration;

    public object? Origin => origin;

    public Task<CompletionResult?> Answer => _answer.Task;

    public bool IsAnswered => _answer.Task.IsCompleted;

    /// <summary>Lets the caller cancel. To be called before the item is queued.</summary>
    /// <param name="cancelled">Takes the item out of the queue.</param>
    public void CancelWith(Action<WorkItem> cancelled, CancellationToken callersToken) => _registration = callersToken.UnsafeRegister(
        _ =>
        {
            Stop(() => _answer.TrySetCanceled(callersToken));
            cancelled(this);
        },
        null);

    /// <summary>Answers null: a newer request took its place.</summary>
    public void Supersede() => Stop(() => _answer.TrySetResult(null));

    /// <summary>Answers with an error that came from outside, and ends the work if it is in progress.</summary>
    public void Abandon(Exception reason) => Stop(() => _answer.TrySetException(reason));

    /// <summary>Does the work on the calling thread. Never throws: what goes wrong is this item's answer and nobody else's.</summary>
    /// <returns>Gives the answer, unless there is one already; to be called when the worker is free again.</returns>
    public Action Run(ResidentModel model)
    {
        try
        {
            var result = run(model, _stop.Token);
            return () => Settle(_answer.TrySetResult(result));
        }
        catch (Exception failure)
        {
            return () => Settle(_answer.TrySetException(failure));
        }
    }

    private void Stop(Func<bool> answer)
    {
        Settle(answer());
        _stop.Cancel();
    }

    private void Settle(bool answered)
    {
        // A caller's token may live for hours: nothing of an answered request may hang on to it.
        if (answered) _registration.Dispose();
    }
}
