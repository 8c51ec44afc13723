using CodeExit.Completion.Reuse;
using CodeExit.Inference.Decoding;
using CodeExit.Inference.Models;
using CodeExit.Telemetry;
using CodeExit.Telemetry.Attribution;
using CodeExit.Telemetry.Costs;
using CodeExit.Telemetry.Records;

namespace CodeExit.Completion.Work;

/// <summary>One loaded model made ready for requests. Only the worker's thread may use it.</summary>
internal sealed class SuggestionEngine : IDisposable
{
    private readonly LoadedModel _model;
    private readonly TimeProvider _time;
    private readonly DepthControls _depths;
    private readonly PowerSupplyReader _supply;
    private readonly SuggestionWriter _writer;
    private readonly RequestEnergy? _energy;
    private readonly RequestReports? _reports;

    /// <param name="meter">Null where nothing is to be measured.</param>
    /// <param name="log">Null where requests are not taken down.</param>
    /// <exception cref="ArgumentException">The policy asks for a layer that the model lacks, or the mode for a promise that it does not have.</exception>
    public SuggestionEngine(LoadedModel model, CompletionOptions options, TimeProvider time, PowerSupplyReader supply, EnergyMeter? meter, RequestLog? log)
    {
        (_model, _time, _supply) = (model, time, supply);
        _writer = new SuggestionWriter(model, options);
        _energy = meter is null ? null : new RequestEnergy(meter);
        _reports = log is null ? null : new RequestReports(log, time, this);
        _depths = new DepthControls(model, options.Depth, time, meter, _energy);
    }

    public string Name => _model.Name;

    public string Device => _model.Generator.Device;

    /// <summary>What settings stand for with this model; the reason says so where they do not suit it. For any thread.</summary>
    public DepthStatus DepthOf(DepthSettings? settings)
    {
        try
        {
            return _depths.Get(settings).Status;
        }
        catch (ArgumentException refusal)
        {
            return new DepthStatus(settings?.Mode ?? Modes.Custom, "", "", refusal.Message);
        }
    }

    private ModelConfig Config => _model.Generator.Config;

    /// <param name="running">Told of the text as it is written; null where nobody asks.</param>
    /// <param name="acceptedAt">Time stamp of when the request came in: waiting and loading count as latency.</param>
    /// <exception cref="OperationCanceledException">Within one layer's time.</exception>
    public CompletionResult Complete(CompletionRequest request, RunningSuggestion? running, long acceptedAt, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var depth = _depths.Get(request.Depth);
        depth.Observe(_supply.Read());
        if (request.IsAutomatic && depth.IsPaused) return Paused(depth, acceptedAt);

        var begin = _time.GetTimestamp();
        using var window = _energy?.Open();
        try
        {
            var result = Complete(request, depth, running, window, acceptedAt, begin, cancellationToken);
            _reports?.Answered(result);
            return result;
        }
        catch (Exception failure)
        {
            window?.Close();
            _reports?.Ended(failure, depth.Choice, window, _time.GetElapsedTime(acceptedAt), _time.GetElapsedTime(begin));
            throw;
        }
    }

    public void Dispose()
    {
        _depths.Dispose();
        _model.Dispose();
    }

    private CompletionResult Complete(
        CompletionRequest request, DepthControl depth, RunningSuggestion? running, EnergyWindow? window, long acceptedAt, long begin,
        CancellationToken cancellationToken)
    {
        var place = _writer.Prepare(request.Text, request.Offset, request.LanguageId, request.MaxTokens, request.Files);

        var generateAt = _time.GetTimestamp();
        var (text, reason, run) = _writer.Write(place, depth.Policy, running, cancellationToken);
        var (energy, measured) = Close(window, run, _time.GetElapsedTime(begin));
        if (measured is not null) depth.Observe(measured, run.Work, run.Tokens.Count);

        var latency = new CompletionLatency(
            _time.GetElapsedTime(acceptedAt).TotalMilliseconds,
            (_time.GetElapsedTime(acceptedAt, generateAt) + run.FirstToken).TotalMilliseconds,
            run.Prefill.TotalMilliseconds,
            run.Decode.TotalMilliseconds);
        return new CompletionResult(
            text, reason, run.Tokens.Count, run.PromptTokens, run.PromptTokensReused, Config.LayerCount, run.LayersPerToken, latency,
            energy, depth.Policy.Spec, depth.Choice.Mode, Name, Device)
        {
            Id = Random.Shared.NextInt64(),
            Calibration = depth.Choice.Calibration,
            MeasuredEnergy = measured,
            ProcessorEnergy = window is null ? null : _energy!.Processor(window),
            Probes = run.Probes,
        };
    }

    /// <summary>Nothing ran, so there is nothing to take down either.</summary>
    private CompletionResult Paused(DepthControl depth, long acceptedAt) => new(
        "", StopReason.Paused, 0, 0, 0, Config.LayerCount, [], new CompletionLatency(_time.GetElapsedTime(acceptedAt).TotalMilliseconds, 0, 0, 0),
        EnergyMeasurement.Unavailable(TimeSpan.Zero), depth.Policy.Spec, depth.Choice.Mode, Name, Device);

    private (EnergyMeasurement AtOnce, Task<EnergyMeasurement>? Measured) Close(EnergyWindow? window, GenerationResult run, TimeSpan length) =>
        window is null ? (EnergyMeasurement.Unavailable(length), null) : _energy!.Close(window, Work(run), length);

    /// <summary>The prompt runs as deep as the deepest token asks for.</summary>
    private static RequestWork Work(GenerationResult run) =>
        new((double)(run.PromptTokens - run.PromptTokensReused) * run.LayersPerToken.DefaultIfEmpty(0).Max(), run.Work);
}
