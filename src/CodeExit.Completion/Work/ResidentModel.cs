using CodeExit.Completion.Reuse;
using CodeExit.Inference.Models;
using CodeExit.Telemetry.Attribution;
using CodeExit.Telemetry.Records;

namespace CodeExit.Completion.Work;

/// <summary>What <see cref="ResidentModel"/> lets other threads see.</summary>
/// <param name="Model">Of the model last loaded; empty before the first.</param>
/// <param name="Device">Likewise.</param>
/// <param name="Engine">Null unless loaded, and while it is given back.</param>
internal sealed record ResidentState(string State, string Model, string Device, SuggestionEngine? Engine, string? Error)
{
    public const string Unloaded = "unloaded";
    public const string Loading = "loading";
    public const string Ready = "ready";
    public const string Failed = "failed";
}

/// <summary>
/// Loads the model when it is first needed and keeps it. A request that is cancelled meanwhile does not stop the load: the next one would
/// only start it again, and a typist would never see it end. Only the worker's thread may use it, <see cref="State"/> excepted.
/// </summary>
/// <param name="deviceLost">Told before a model whose device was lost is loaded again.</param>
internal sealed class ResidentModel(
    Func<CancellationToken, LoadedModel> load, CompletionOptions options, TimeProvider time, PowerSupplyReader supply, EnergyMeter? meter, RequestLog? log,
    Action<DeviceLostException>? deviceLost, CancellationToken lifetime) : IDisposable
{
    /// <summary>A folder that could not be read will not be any better a keystroke later.</summary>
    public static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(3);

    private SuggestionEngine? _engine;
    private Exception? _failure;
    private long _failedAt;
    private volatile ResidentState _state = new(ResidentState.Unloaded, "", "", null, null);

    public ResidentState State => _state;

    /// <summary>The model, loaded now if it is not there.</summary>
    /// <exception cref="Inference.Checkpoints.CheckpointException">The load failed, now or within <see cref="RetryAfter"/>.</exception>
    public SuggestionEngine Get()
    {
        if (_engine is not null) return _engine;
        if (_failure is not null && time.GetElapsedTime(_failedAt) < RetryAfter) throw _failure;
        _state = _state with { State = ResidentState.Loading, Error = null };
        try
        {
            _engine = Load();
        }
        catch (Exception failure)
        {
            Fail(failure);
            throw;
        }
        _failure = null;
        _state = new ResidentState(ResidentState.Ready, _engine.Name, _engine.Device, _engine, null);
        return _engine;
    }

    /// <summary>
    /// Answers with the model. Where its device is lost meanwhile, it is loaded again and asked again, once: a driver that has reset a device
    /// takes a new model as a rule. If that one is lost too, the request fails, and later ones start anew after <see cref="RetryAfter"/>.
    /// </summary>
    /// <exception cref="DeviceLostException">Twice.</exception>
    public CompletionResult Complete(CompletionRequest request, RunningSuggestion? running, long acceptedAt, CancellationToken cancellationToken)
    {
        var engine = Get();
        try
        {
            return engine.Complete(request, running, acceptedAt, cancellationToken);
        }
        catch (DeviceLostException lost)
        {
            Unload();
            deviceLost?.Invoke(lost);
        }
        cancellationToken.ThrowIfCancellationRequested();
        engine = Get();
        try
        {
            return engine.Complete(request, running, acceptedAt, cancellationToken);
        }
        catch (DeviceLostException lost)
        {
            Unload();
            Fail(lost);
            throw;
        }
    }

    /// <summary>Gives the weights back and forgets an earlier failure. It says so when they are given back, not before.</summary>
    public void Unload()
    {
        var engine = _engine;
        (_engine, _failure) = (null, null);
        _state = _state with { Engine = null };
        try
        {
            engine?.Dispose();
        }
        finally
        {
            _state = _state with { State = ResidentState.Unloaded, Error = null };
        }
    }

    public void Dispose() => Unload();

    private void Fail(Exception failure)
    {
        (_failure, _failedAt) = (failure, time.GetTimestamp());
        _state = _state with { State = ResidentState.Failed, Error = failure.Message };
    }

    private SuggestionEngine Load()
    {
        var model = load(lifetime);
        try
        {
            return new SuggestionEngine(model, options, time, supply, meter, log);
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }
}
