using CodeExit.Telemetry.Metrics;
using CodeExit.Telemetry.Records;

namespace CodeExit.Completion;

/// <summary>A service that many share, with settings of depth of its own: those hold for requests that bring none. Disposing it disposes nothing.</summary>
public sealed class ConnectionService(ICompletionService shared, DepthSettings own) : ICompletionService
{
    public CompletionServiceStatus Status => shared.Status;

    public IReadOnlyList<EnergyTotal> EnergyTotals => shared.EnergyTotals;

    public DepthStatus DepthOf(DepthSettings? settings) => shared.DepthOf(own.For(settings));

    public void Report(SuggestionFate fate) => shared.Report(fate);

    public Task WarmAsync(CancellationToken cancellationToken) => shared.WarmAsync(cancellationToken);

    public Task UnloadAsync(CancellationToken cancellationToken) => shared.UnloadAsync(cancellationToken);

    public bool Recalls(CompletionRequest request) => shared.Recalls(Own(request));

    public Task<CompletionResult?> CompleteAsync(CompletionRequest request, CancellationToken cancellationToken) =>
        shared.CompleteAsync(Own(request), cancellationToken);

    public void Dispose() { }

    private CompletionRequest Own(CompletionRequest request) => request with { Depth = own.For(request.Depth) };
}
