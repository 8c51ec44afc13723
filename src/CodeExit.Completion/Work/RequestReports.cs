using CodeExit.Telemetry;
using CodeExit.Telemetry.Attribution;
using CodeExit.Telemetry.Records;

namespace CodeExit.Completion.Work;

/// <summary>Makes records of an engine's requests. Called by the worker, which it never keeps waiting; nothing of a text goes in.</summary>
internal sealed class RequestReports(RequestLog log, TimeProvider time, SuggestionEngine engine)
{
    public void Answered(CompletionResult result) => log.Add(RecordAsync(
        new RequestRecord
        {
            Id = result.Id,
            At = time.GetUtcNow(),
            Outcome = result.Text.Length == 0 ? RequestOutcome.Empty : RequestOutcome.Suggested,
            Model = result.Model,
            Device = result.Device,
            Policy = result.Policy,
            Mode = result.Mode,
            PromptTokens = result.PromptTokens,
            PromptTokensReused = result.PromptTokensReused,
            Tokens = result.Tokens,
            Characters = result.Text.Length,
            Layers = result.LayersPerToken.Sum(),
            TotalMs = result.Latency.Total,
            FirstTokenMs = result.Latency.FirstToken,
            PrefillMs = result.Latency.Prefill,
            DecodeMs = result.Latency.Decode,
            Energy = result.Energy,
        },
        result.MeasuredEnergy));

    /// <summary>The request ended without an answer.</summary>
    /// <param name="window">Closed; null where nothing is measured.</param>
    /// <param name="sinceAccepted">Waiting included.</param>
    /// <param name="worked">Waiting not included.</param>
    public void Ended(Exception reason, PolicyChoice choice, EnergyWindow? window, TimeSpan sinceAccepted, TimeSpan worked) => log.Add(RecordAsync(
        new RequestRecord
        {
            Id = Random.Shared.NextInt64(),
            At = time.GetUtcNow(),
            Outcome = reason is OperationCanceledException ? RequestOutcome.Cancelled : RequestOutcome.Failed,
            Model = engine.Name,
            Device = engine.Device,
            Policy = choice.Policy,
            Mode = choice.Mode,
            TotalMs = sinceAccepted.TotalMilliseconds,
            Energy = EnergyMeasurement.Unavailable(worked),
        },
        window is null ? null : FirstAsync(window)));

    private static async Task<RequestRecord> RecordAsync(RequestRecord record, Task<EnergyMeasurement>? measured) =>
        measured is null ? record : record with { Energy = await measured.ConfigureAwait(false) };

    private static async Task<EnergyMeasurement> FirstAsync(EnergyWindow window) => (await window.Measured.ConfigureAwait(false))[0];
}
