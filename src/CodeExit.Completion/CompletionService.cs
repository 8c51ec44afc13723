using CodeExit.Completion.Calibration;
using CodeExit.Completion.Reuse;
using CodeExit.Completion.Work;
using CodeExit.Inference.Models;
using CodeExit.Telemetry.Attribution;
using CodeExit.Telemetry.Metrics;
using CodeExit.Telemetry.Records;
using CodeExit.Telemetry.Sources;

namespace CodeExit.Completion;

/// <summary>
/// One worker thread, one resident model. The newest request of an origin wins: an older one, waiting or running, answers null. Origins
/// take turns in the order in which they asked. What was suggested before is not asked of the model again, and a suggestion that is being
/// written goes on while what is typed agrees with it.
/// </summary>
/// <remarks>
/// Cancelling a request answers it at once and frees the worker within one layer's time, but never stops a load. <see cref="Dispose"/>
/// answers what is waiting or running with <see cref="ObjectDisposedException"/> and returns when the worker has ended and the weights
/// are given back.
/// </remarks>
public sealed class CompletionService : ICompletionService
{
    private readonly CompletionOptions _options;
    private readonly TimeProvider _time;
    private readonly EnergyMeter? _meter;
    private readonly RequestLog? _log;
    private readonly SuggestionCache? _cache;
    private readonly CancellationTokenSource _lifetime = new();
    private readonly WorkQueue _queue = new();
    private readonly ResidentModel _model;
    private readonly Thread _worker;
    private long _completed;
    private bool _disposed;

    /// <param name="load">Loads the model, on the worker's thread; its token is cancelled only when the service is disposed.</param>
    /// <param name="time">Clock for latencies and for retries of a failed load; the system's where null.</param>
    /// <param name="meter">
    /// Measures requests by its first source, which is that of the device that runs the model (<paramref name="load"/> sees to that); a
    /// second is the processor's, reported apart. Null measures nothing. The service disposes it.
    /// </param>
    /// <param name="batteries">Reads the machine's batteries; null for a machine that is taken to have none.</param>
    /// <param name="log">Takes down every request that ran; null takes down nothing. The service disposes it.</param>
    /// <param name="cache">Remembers suggestions; null asks the model each time.</param>
    /// <param name="deviceLost">Told, on the worker's thread, when the model's device was lost, before the model is loaded again.</param>
    /// <exception cref="ArgumentException">A bad option: named, with its value and what would be right.</exception>
    public CompletionService(
        Func<CancellationToken, LoadedModel> load, CompletionOptions options, TimeProvider? time = null, EnergyMeter? meter = null, RequestLog? log = null,
        Func<IReadOnlyList<BatteryState>>? batteries = null, SuggestionCache? cache = null,
        Action<DeviceLostException>? deviceLost = null)
    {
        options.Validate();
        _options = options;
        (_meter, _log, _cache) = (meter, log, cache);
        _time = time ?? TimeProvider.System;
        _model = new ResidentModel(load, options, _time, new PowerSupplyReader(batteries, _time), meter, log, deviceLost, _lifetime.Token);
        _worker = new Thread(Work) { IsBackground = true, Name = "codeexit-completion" };
        _worker.Start();
    }

    public CompletionServiceStatus Status
    {
        get
        {
            var model = _model.State;
            var completed = Volatile.Read(ref _completed);
            return new CompletionServiceStatus(model.State, model.Model, model.Device, _queue.Count, completed, model.Error) { Power = _meter?.Power[0] };
        }
    }

    public IReadOnlyList<EnergyTotal> EnergyTotals => _log?.Totals ?? [];

    public DepthStatus DepthOf(DepthSettings? settings)
    {
        if (_model.State.Engine is { } engine) return engine.DepthOf(settings);
        settings = _options.Depth.For(settings);
        if (settings.AsksTheModel) return new DepthStatus(settings.IsAuto ? Modes.Auto : settings.Mode ?? "", "", "", "");
        var choice = settings.Choose(CalibratedModes.None);
        return new DepthStatus(choice.Mode, choice.Mode, choice.Policy, choice.Reason);
    }

    public void Report(SuggestionFate fate) => _log?.Add(fate);

    public Task WarmAsync(CancellationToken cancellationToken) => Enqueue(
        null,
        (model, _, _) =>
        {
            model.Get();
            return null;
        },
        cancellationToken);

    public Task UnloadAsync(CancellationToken cancellationToken) => Enqueue(
        null,
        (model, _, _) =>
        {
            _cache?.Clear();
            model.Unload();
            return null;
        },
        cancellationToken);

    public bool Recalls(CompletionRequest request) => _cache?.Holds(request) == true;

    /// <exception cref="ObjectDisposedException">The service is, or meanwhile was, disposed.</exception>
    public Task<CompletionResult?> CompleteAsync(CompletionRequest request, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(request.Offset);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(request.Offset, request.Text.Length);
        request.Depth?.Validate();
        if (request.MaxTokens is { } maxTokens) _options.ForGeneration(maxTokens).Validate();
        var acceptedAt = _time.GetTimestamp();
        if (!cancellationToken.IsCancellationRequested && Remembered(request, acceptedAt) is { } known)
        {
            if (!_queue.TrySupersede(request.Origin)) return Task.FromException<CompletionResult?>(Disposed());
            Interlocked.Increment(ref _completed);
            return Task.FromResult<CompletionResult?>(known);
        }
        return Enqueue(
            request,
            (model, item, stop) =>
            {
                // What was running when it came may hold its answer.
                var result = Remembered(request, acceptedAt) ?? model.Complete(request, item.Running, acceptedAt, stop);
                Interlocked.Increment(ref _completed);
                return result;
            },
            cancellationToken);
    }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, true)) return;
        foreach (var item in _queue.Close()) item.Abandon(Disposed());
        _lifetime.Cancel();
        _worker.Join();
        _meter?.Dispose(); // settles what is still being measured, so that the log need not wait for it
        _log?.Dispose();
        _lifetime.Dispose();
    }

    private Task<CompletionResult?> Enqueue(
        CompletionRequest? request, Func<ResidentModel, WorkItem, CancellationToken, CompletionResult?> run, CancellationToken cancellationToken)
    {
        // Who has given up already supersedes nobody.
        if (cancellationToken.IsCancellationRequested) return Task.FromCanceled<CompletionResult?>(cancellationToken);
        var item = new WorkItem(request, run, isShared: _cache is not null);
        item.CancelWith(_queue.Remove, cancellationToken);
        if (!_queue.TryAdd(item)) item.Abandon(Disposed());
        return item.Answer;
    }

    /// <summary>What an earlier suggestion says to it; null where none does.</summary>
    private CompletionResult? Remembered(CompletionRequest request, long acceptedAt)
    {
        if (_cache?.Find(request) is not { } known) return null;
        var waited = _time.GetElapsedTime(acceptedAt).TotalMilliseconds;
        return known with { Latency = known.Latency with { Total = waited, FirstToken = waited } };
    }

    private static ObjectDisposedException Disposed() => new(nameof(CompletionService));

    private void Work()
    {
        while (_queue.Take() is { } item)
        {
            // The worker counts as free before the answer is out: whoever has it sees a status that agrees.
            var answer = item.IsAnswered ? null : item.Run(_model);
            _queue.Finish();
            answer?.Invoke();
            if (item is { Request: { } request, Result: { Source: AnswerSource.Model, StopReason: not StopReason.Paused } result })
                _cache?.Add(request, result, isTold: item.Answer is { IsCompletedSuccessfully: true, Result: not null });
        }
        _model.Dispose();
    }
}
