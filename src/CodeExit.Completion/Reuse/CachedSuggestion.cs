using CodeExit.Telemetry;

namespace CodeExit.Completion.Reuse;

/// <summary>A suggestion and the place that it was written for. Not safe for concurrent calls.</summary>
/// <param name="isTold">Whether somebody was told what it cost.</param>
internal sealed class CachedSuggestion(CompletionRequest request, CompletionResult result, bool isTold)
{
    private readonly CompletionRequest _request = request with { Origin = null, Files = null }; // a closed connection must not live on in here
    private bool _isTold = isTold;

    public int Characters => _request.Text.Length;

    /// <summary>What it says to a request; null where nothing.</summary>
    public string? Rest(CompletionRequest request) => TypedText.Between(_request, request)?.Rest(result.Text);

    /// <returns>Null where it is none to this request. Its latency is still that of the suggestion.</returns>
    public CompletionResult? Answer(CompletionRequest request)
    {
        if (Rest(request) is not { } rest) return null;
        var answer = result with { Text = rest, Source = _isTold ? AnswerSource.Cache : AnswerSource.Running };
        if (!_isTold)
        {
            _isTold = true;
            return answer;
        }
        return answer with
        {
            Tokens = 0,
            PromptTokens = 0,
            PromptTokensReused = 0,
            LayersPerToken = [],
            Latency = new CompletionLatency(0, 0, 0, 0),
            Energy = Nothing(result.Energy),
            MeasuredEnergy = null,
            ProcessorEnergy = null,
            Probes = TimeSpan.Zero,
        };
    }

    /// <summary>Nothing was run, which takes nothing; what was not measured does not become a number all the same.</summary>
    private static EnergyMeasurement Nothing(EnergyMeasurement of)
    {
        double? zero = of.Joules is null ? null : 0;
        return new EnergyMeasurement(zero, zero, of.Label, of.Source, of.Scope, TimeSpan.Zero);
    }
}
