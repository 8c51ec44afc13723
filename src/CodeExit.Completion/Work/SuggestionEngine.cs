using CodeExit.Inference.EarlyExit;
using CodeExit.Inference.Models;
using CodeExit.Telemetry;

namespace CodeExit.Completion.Work;

/// <summary>One loaded model made ready for requests. Only the worker's thread may use it.</summary>
internal sealed class SuggestionEngine : IDisposable
{
    private readonly LoadedModel _model;
    private readonly TimeProvider _time;
    private readonly IExitPolicy _policy;
    private readonly SuggestionWriter _writer;

    /// <exception cref="ArgumentException">The policy asks for a layer that the model lacks, or the mode for a promise that it does not have.</exception>
    public SuggestionEngine(LoadedModel model, CompletionOptions options, TimeProvider time)
    {
        _model = model;
        _time = time;
        Choice = options.Choose(model.Modes);
        _policy = ExitPolicies.Parse(Choice.Policy, Config);
        _writer = new SuggestionWriter(model, options);
    }

    public string Name => _model.Name;

    public string Device => _model.Generator.Device;

    /// <summary>The mode in force, and the policy that it stands for with this model.</summary>
    public PolicyChoice Choice { get; }

    private ModelConfig Config => _model.Generator.Config;

    /// <param name="acceptedAt">Time stamp of when the request came in: waiting and loading count as latency.</param>
    /// <exception cref="OperationCanceledException">Within one layer's time.</exception>
    public CompletionResult Complete(CompletionRequest request, long acceptedAt, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var begin = _time.GetTimestamp();
        var place = _writer.Prepare(request.Text, request.Offset, request.LanguageId, request.MaxTokens);

        var generateAt = _time.GetTimestamp();
        var (text, reason, run) = _writer.Write(place, _policy, cancellationToken);

        var latency = new CompletionLatency(
            _time.GetElapsedTime(acceptedAt).TotalMilliseconds,
            (_time.GetElapsedTime(acceptedAt, generateAt) + run.FirstToken).TotalMilliseconds,
            run.Prefill.TotalMilliseconds,
            run.Decode.TotalMilliseconds);
        return new CompletionResult(
            text, reason, run.Tokens.Count, run.PromptTokens, run.PromptTokensReused, Config.LayerCount, run.LayersPerToken, latency,
            EnergyMeasurement.Unavailable(_time.GetElapsedTime(begin)), _policy.Spec, Choice.Mode, Name, Device)
        { Calibration = Choice.Calibration };
    }

    public void Dispose() => _model.Dispose();
}
