using CodeExit.Telemetry;
using CodeExit.Telemetry.Metrics;
using CodeExit.Telemetry.Records;

namespace CodeExit.Completion;

/// <summary>What a service is doing, for status queries. Asking must not load or wake anything.</summary>
/// <param name="State">"unloaded", "loading", "ready" or "failed".</param>
/// <param name="Error">Why loading failed; null otherwise.</param>
public sealed record CompletionServiceStatus(
    string State, string Model, string Device, int Pending, long Completed, string? Error)
{
    /// <summary>What requests are billed by, and its power as far as it is known already; null where nothing is measured.</summary>
    public DevicePower? Power { get; init; }
}

/// <summary>Strings and offsets in, a suggestion out. One worker behind it; the newest request of an origin wins. Safe for many threads.</summary>
public interface ICompletionService : IDisposable
{
    CompletionServiceStatus Status { get; }

    /// <summary>What decides the depth of requests with these settings (null: the service's own), and why. Loads and wakes nothing.</summary>
    DepthStatus DepthOf(DepthSettings? settings);

    /// <summary>What was spent since the start, cancelled requests included, by label, source and scope; empty where nothing is taken down.</summary>
    IReadOnlyList<EnergyTotal> EnergyTotals { get; }

    /// <summary>Takes down what became of a suggestion.</summary>
    void Report(SuggestionFate fate);

    /// <summary>Loads the model if it is not resident. A caller that cancels stops waiting; the load itself goes on.</summary>
    /// <exception cref="Inference.Checkpoints.CheckpointException">The model folder cannot be used.</exception>
    Task WarmAsync(CancellationToken cancellationToken);

    /// <summary>Gives the weights back once the requests that came before it have ended; the next request loads them again.</summary>
    Task UnloadAsync(CancellationToken cancellationToken);

    /// <summary>Whether the request would be answered by what was suggested before, at once and without a model.</summary>
    bool Recalls(CompletionRequest request);

    /// <returns>Null where a newer request of the same origin superseded this one.</returns>
    /// <exception cref="OperationCanceledException">Through <paramref name="cancellationToken"/>; the worker is free within one layer's time.</exception>
    /// <exception cref="ArgumentException">An offset outside the text, or settings that are wrong or do not suit the model.</exception>
    Task<CompletionResult?> CompleteAsync(CompletionRequest request, CancellationToken cancellationToken);
}
