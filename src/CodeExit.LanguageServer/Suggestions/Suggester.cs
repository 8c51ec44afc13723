using System.Diagnostics;
using CodeExit.Completion;
using CodeExit.Completion.Gate;
using CodeExit.Inference.Checkpoints;
using CodeExit.LanguageServer.Protocol;
using CodeExit.LanguageServer.Sessions;

namespace CodeExit.LanguageServer.Suggestions;

/// <summary>
/// One kind of suggestion of one connection: ghost text or menu. It is the origin of its requests, so that a newer one supersedes an
/// older one of the same kind: a window has one cursor, whatever document it is in, and Neovim cancels nothing while one types. The two
/// kinds do not supersede each other, or a client that shows both would lose one at every key.
/// </summary>
internal sealed class Suggester(ICompletionService service, ModelLoad modelLoad, SuggestionLedger ledger, TypingHistory typing, TimeProvider time)
{
    private readonly Lock _lock = new();
    private Task _lastStarted = Task.CompletedTask;
    private TaskCompletionSource _waiting = new();
    private long _newest, _lastStartedOrder;

    /// <param name="wait">Before the service is asked. What makes the request needless meanwhile ends it: a newer one, or the next key.</param>
    /// <returns>Null where a newer request superseded this one, or the document changed while it waited.</returns>
    /// <exception cref="RpcException">The model cannot be used.</exception>
    public async Task<CompletionResult?> SuggestAsync(CompletionRequest request, ClientSettings settings, TimeSpan wait, CancellationToken cancellationToken)
    {
        ledger.CountRequest();
        modelLoad.Start();
        long start = Stopwatch.GetTimestamp();
        try
        {
            StopWaiting();
            long order = ++_newest;
            if (wait > TimeSpan.Zero && !await RestAsync(_waiting = NewWait(), wait, cancellationToken).ConfigureAwait(false)) return null;
            long askedAt = time.GetTimestamp();
            CompletionRequest asked = Under(request, settings) with { Origin = this };
            CompletionResult? result = await StartInOrder(asked, order, cancellationToken).ConfigureAwait(false);
            cancellationToken.ThrowIfCancellationRequested();
            if (result is null) return null;
            if (result.Source == AnswerSource.Model) typing.Answered(time.GetElapsedTime(askedAt));
            ledger.Record(result, Stopwatch.GetElapsedTime(start));
            return result;
        }
        catch (Exception exception) when (exception is not OperationCanceledException
            && (exception is CheckpointException || service.Status.State == "failed"))
        {
            modelLoad.ReportFailure(exception.Message);
            throw new RpcException(ErrorCode.RequestFailed, $"the model cannot be used: {exception.Message}");
        }
        catch (ArgumentException exception)
        {
            // the connection asks for a mode that this model lacks: shown once, not at every key
            modelLoad.ReportRefusal(exception.Message);
            throw new RpcException(ErrorCode.RequestFailed, exception.Message);
        }
    }

    /// <summary>Whether what was suggested before answers it.</summary>
    public bool Recalls(CompletionRequest request, ClientSettings settings) => service.Recalls(Under(request, settings));

    /// <summary>The request that waits, if one does, is needless now: the document has changed. Called from the reading loop only.</summary>
    public void StopWaiting() => _waiting.TrySetResult();

    /// <returns>False where the wait was stopped.</returns>
    private async Task<bool> RestAsync(TaskCompletionSource stopped, TimeSpan wait, CancellationToken cancellationToken)
    {
        try
        {
            await stopped.Task.WaitAsync(wait, time, cancellationToken).ConfigureAwait(false);
            return false;
        }
        catch (TimeoutException)
        {
            return true;
        }
    }

    private static CompletionRequest Under(CompletionRequest request, ClientSettings settings) =>
        request with { MaxTokens = settings.MaxTokens, Depth = settings.Depth };

    private static TaskCompletionSource NewWait() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>
    /// Calls the service off the reading loop, whatever it does before its first await, yet in the order of the requests, since the
    /// service takes the last call of an origin for the newest. One that has waited may find that a newer one is past it.
    /// </summary>
    private Task<CompletionResult?> StartInOrder(CompletionRequest request, long order, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (order < _lastStartedOrder) return Task.FromResult<CompletionResult?>(null);
            _lastStartedOrder = order;
            Task<Task<CompletionResult?>> started = _lastStarted.ContinueWith(
                _ => service.CompleteAsync(request, cancellationToken), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
            _lastStarted = started;
            return started.Unwrap();
        }
    }
}
