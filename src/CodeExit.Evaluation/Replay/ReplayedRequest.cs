using System.Diagnostics.CodeAnalysis;
using CodeExit.Completion;
using CodeExit.Telemetry;
using CodeExit.Telemetry.Attribution;

namespace CodeExit.Evaluation.Replay;

/// <summary>What became of a request. Only joules of the last are not wasted.</summary>
internal enum RequestFate
{
    /// <summary>Further typing, or the end of the work, took it back.</summary>
    Cancelled,

    /// <summary>A newer one took its place.</summary>
    Superseded,

    /// <summary>The answer holds nothing to be shown.</summary>
    NothingToShow,

    /// <summary>The answer says what is shown already.</summary>
    SaidAgain,

    /// <summary>Shown, and typed through or over.</summary>
    NotAccepted,

    Accepted,
}

/// <summary>One request of the editor, with a window of its own around it.</summary>
[SuppressMessage("Design", "CA1001", Justification = "Unlinked and untimed, the source holds nothing to dispose of.")]
internal sealed class ReplayedRequest
{
    private readonly ICompletionService _service;
    private readonly EnergyWindow _window;
    private readonly CancellationTokenSource _stop = new();

    /// <param name="at">The trace's time.</param>
    public ReplayedRequest(ICompletionService service, EnergyMeter meter, CompletionRequest request, TimeSpan at)
    {
        (_service, At, _window) = (service, at, meter.Open());
        Answer = AskAsync(request);
    }

    public TimeSpan At { get; }

    public RequestFate Fate { get; set; } = RequestFate.Cancelled;

    /// <summary>From the last key to the text; null where none was shown.</summary>
    public TimeSpan? KeystrokeToText { get; set; }

    public int AcceptedCharacters { get; set; }

    /// <summary>Null where it was cancelled or superseded; known when the worker is free again.</summary>
    public Task<CompletionResult?> Answer { get; }

    public void Cancel() => _stop.Cancel();

    /// <summary>What it took of the device, whatever became of it.</summary>
    public async Task<EnergyMeasurement> MeasuredAsync()
    {
        await Answer.ConfigureAwait(false);
        return (await _window.Measured.ConfigureAwait(false))[0];
    }

    private async Task<CompletionResult?> AskAsync(CompletionRequest request)
    {
        try
        {
            return await _service.CompleteAsync(request, _stop.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // A cancel is answered at once, and the worker free within a layer's time: that time is the request's too.
            await _service.WarmAsync(CancellationToken.None).ConfigureAwait(false);
            return null;
        }
        finally
        {
            _window.Close();
        }
    }
}
