using CodeExit.Completion;
using CodeExit.LanguageServer.Protocol;

namespace CodeExit.LanguageServer.Sessions;

/// <summary>
/// Loads the model beside the reading of messages and says so: $/progress where the client takes it, Copilot's status where it knows that,
/// and one window/showMessage where the model cannot be loaded.
/// </summary>
internal sealed class ModelLoad(ICompletionService service, Client client, Action<string> log, CancellationToken connectionClosed)
{
    private const string Title = "Loading the completion model";

    private int _running;
    private int _tokens;
    private string? _reported;

    /// <summary>How this client is told; set at initialize.</summary>
    public bool SendsProgress { get; set; }

    public bool SendsStatus { get; set; }

    /// <summary>Starts a load in the background unless the model is resident, has failed, or is on its way already.</summary>
    public void Start()
    {
        if (service.Status.State is "ready" or "failed" || Interlocked.Exchange(ref _running, 1) == 1) return;
        // Not on this thread: whatever a service does before its first await must not hold up the reading.
        _ = Task.Run(RunAsync, CancellationToken.None);
    }

    /// <summary>Shows a failure to the user; the same one once only, not at every key.</summary>
    public void ReportFailure(string message)
    {
        if (Interlocked.Exchange(ref _reported, message) == message) return;
        log($"the model cannot be used: {message}");
        client.Show(MessageType.Error, message);
        NotifyStatus("Error", busy: false, message);
    }

    /// <summary>Shows, once, that the model is sound but does not do what this connection asks for.</summary>
    public void ReportRefusal(string message)
    {
        if (Interlocked.Exchange(ref _reported, message) == message) return;
        log(message);
        client.Show(MessageType.Error, message);
    }

    private async Task RunAsync()
    {
        NotifyStatus("Normal", busy: true, Title);
        Task<string?> load = LoadAsync();
        // Beside the load and never awaited: a client that does not answer must not keep a failure from its user.
        _ = ShowProgressAsync(load);
        try
        {
            string? failure = await load.ConfigureAwait(false);
            if (failure is null)
            {
                _reported = null;
                NotifyStatus("Normal", busy: false, "");
            }
            else
            {
                ReportFailure(failure);
            }
        }
        catch (OperationCanceledException)
        {
            // the client is gone; the load goes on for others
        }
        finally
        {
            Volatile.Write(ref _running, 0);
        }
    }

    /// <returns>Why the load failed; null where it did not.</returns>
    private async Task<string?> LoadAsync()
    {
        try
        {
            await service.WarmAsync(connectionClosed).ConfigureAwait(false);
            return null;
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            return exception.Message;
        }
    }

    private async Task ShowProgressAsync(Task<string?> load)
    {
        if (!SendsProgress) return;
        try
        {
            string token = $"codeexit-load-{Interlocked.Increment(ref _tokens)}";
            Task<bool> agreed = client.AskAsync(
                "window/workDoneProgress/create", new ProgressCreateParams(token), ProtocolJson.Default.ProgressCreateParams, connectionClosed);
            if (!await agreed.ConfigureAwait(false)) return;
            Progress(token, new ProgressValue("begin", Title));
            Progress(token, new ProgressValue("end", Message: await load.ConfigureAwait(false) ?? "ready"));
        }
        catch (OperationCanceledException)
        {
            // the client is gone
        }
    }

    private void Progress(string token, ProgressValue value)
        => client.Notify("$/progress", new ProgressParams(token, value), ProtocolJson.Default.ProgressParams);

    private void NotifyStatus(string kind, bool busy, string message)
    {
        if (SendsStatus) client.Notify("didChangeStatus", new DidChangeStatusParams(kind, busy, message), ProtocolJson.Default.DidChangeStatusParams);
    }
}
