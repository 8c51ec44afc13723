using System.Diagnostics.CodeAnalysis;
using CodeExit.Completion.Reuse;

namespace CodeExit.Completion.Work;

/// <summary>
/// Something asked of the worker. It is answered once: by the worker, by its caller's cancellation, by a newer request of its origin or
/// by the end of the service, whichever comes first. Safe for many threads.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "Unlinked and untimed, the source holds nothing to dispose of.")]
internal sealed class WorkItem
{
    private readonly TaskCompletionSource<CompletionResult?> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _stop = new();
    private readonly Func<ResidentModel, WorkItem, CancellationToken, CompletionResult?> _run;
    private CancellationTokenRegistration _registration;

    /// <param name="request">Its origin is whom it is for; null is never superseded. Null where no suggestion is asked for.</param>
    /// <param name="run">What the worker does for it.</param>
    /// <param name="isShared">Newer requests get to know what was written for older ones.</param>
    public WorkItem(CompletionRequest? request, Func<ResidentModel, WorkItem, CancellationToken, CompletionResult?> run, bool isShared)
    {
        (Request, _run) = (request, run);
        Running = request is not null && isShared ? new RunningSuggestion(request, _stop.Cancel) : null;
    }

    public CompletionRequest? Request { get; }

    public object? Origin => Request?.Origin;

    /// <summary>The suggestion as it is written; null where nobody else may get it.</summary>
    public RunningSuggestion? Running { get; }

    /// <summary>What the work came to, whoever was told; null before its end, and where it failed.</summary>
    public CompletionResult? Result { get; private set; }

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

    /// <summary>Likewise, but goes on where what it writes may be the newer one's answer.</summary>
    public void Supersede(WorkItem newer)
    {
        Settle(_answer.TrySetResult(null));
        if (newer.Request is null || Running?.TryServe(newer.Request) != true) _stop.Cancel();
    }

    /// <summary>Answers with an error that came from outside, and ends the work if it is in progress.</summary>
    public void Abandon(Exception reason) => Stop(() => _answer.TrySetException(reason));

    /// <summary>Does the work on the calling thread. Never throws: what goes wrong is this item's answer and nobody else's.</summary>
    /// <returns>Gives the answer, unless there is one already; to be called when the worker is free again.</returns>
    public Action Run(ResidentModel model)
    {
        try
        {
            Result = _run(model, this, _stop.Token);
            return () => Settle(_answer.TrySetResult(Result));
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
