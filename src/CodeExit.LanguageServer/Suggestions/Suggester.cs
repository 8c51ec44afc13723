using System.Diagnostics;
using CodeExit.Completion;
using CodeExit.Inference.Checkpoints;
using CodeExit.LanguageServer.Protocol;
using CodeExit.LanguageServer.Sessions;

namespace CodeExit.LanguageServer.Suggestions;

/// <summary>
/// One kind of suggestion of one connection: ghost text or menu. It is the origin of its requests, so that a newer one supersedes an
/// older one of the same kind: a window has one cursor, whatever document it is in, and Neovim cancels nothing while one types. The two
/// kinds do not supersede each other, or a client that shows both would lose one at every key.
/// </summary>
internal sealed class Suggester(ICompletionService service, ModelLoad modelLoad, SuggestionLedger ledger)
{
    private Task _lastStarted = Task.CompletedTask;

    /// <returns>Null where a newer request superseded this one.</returns>
    /// <exception cref="RpcException">The model cannot be used.</exception>
    public async Task<CompletionResult?> SuggestAsync(CompletionRequest request, ClientSettings settings, CancellationToken cancellationToken)
    {
        ledger.CountRequest();
        modelLoad.Start();
        long start = Stopwatch.GetTimestamp();
        try
        {
            Task<CompletionResult?> answer = StartInOrder(request with { Origin = this, MaxTokens = settings.MaxTokens, Depth = settings.Depth }, cancellationToken);
            CompletionResult? result = await answer.ConfigureAwait(false);
            cancellationToken.ThrowIfCancellationRequested();
            if (result is not null) ledger.Record(result, Stopwatch.GetElapsedTime(start));
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

    /// <summary>
    /// Calls the service off the reading loop, whatever it does before its first await, yet in the order of the requests, since the
    /// service takes the last call of an origin for the newest. Called from the reading loop only.
    /// </summary>
    private Task<CompletionResult?> StartInOrder(CompletionRequest request, CancellationToken cancellationToken)
    {
        Task<Task<CompletionResult?>> started = _lastStarted.ContinueWith(
            _ => service.CompleteAsync(request, cancellationToken), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        _lastStarted = started;
        return started.Unwrap();
    }
}
