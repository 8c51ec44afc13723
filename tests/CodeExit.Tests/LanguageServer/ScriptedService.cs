using System.Threading.Channels;
using CodeExit.Completion;
using CodeExit.Telemetry;
using CodeExit.Telemetry.Metrics;
using CodeExit.Telemetry.Records;

namespace CodeExit.Tests.LanguageServer;

/// <summary>A completion service that does what the test says. Keeps the seam's promises: the newest request of an origin wins.</summary>
internal sealed class ScriptedService(string state = "ready") : ICompletionService
{
    private readonly Lock _lock = new();
    private readonly Channel<ScriptedCall> _calls = Channel.CreateUnbounded<ScriptedCall>();
    private readonly List<ScriptedCall> _pending = [];
    private volatile string _state = state;
    private volatile string? _error;
    private long _completed;

    /// <summary>Answers at once where set; otherwise the test answers each call.</summary>
    public Func<CompletionRequest, string>? Answers { get; init; }

    /// <summary>Ends the load that is in progress or comes next.</summary>
    public TaskCompletionSource Load { get; private set; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public int Loads { get; private set; }

    public bool IsDisposed { get; private set; }

    public CompletionServiceStatus Status
    {
        get
        {
            lock (_lock) return new(_state, "scripted", "cpu", _pending.Count, _completed, _error) { Power = Power };
        }
    }

    /// <summary>What is said of settings.</summary>
    public Func<DepthSettings?, DepthStatus> Depths { get; init; } = _ => new DepthStatus("lossless", "lossless", "full", "asked for");

    public DepthStatus DepthOf(DepthSettings? settings) => Depths(settings);

    /// <summary>What the service is said to have spent.</summary>
    public IReadOnlyList<EnergyTotal> EnergyTotals { get; set; } = [];

    /// <summary>What is said to be known of the device.</summary>
    public DevicePower? Power { get; set; }

    /// <summary>What the server reported of suggestions, in order.</summary>
    public List<SuggestionFate> Fates { get; } = [];

    public void Report(SuggestionFate fate)
    {
        lock (_lock) Fates.Add(fate);
    }

    public async Task<ScriptedCall> NextCallAsync() => await _calls.Reader.ReadAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(60));

    public async Task WarmAsync(CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (_state == "ready") return;
            if (_state == "unloaded") Loads++;
            _state = "loading";
        }
        try
        {
            await Load.Task.WaitAsync(cancellationToken);
            _state = "ready";
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            (_state, _error) = ("failed", exception.Message);
            throw;
        }
    }

    public Task UnloadAsync(CancellationToken cancellationToken)
    {
        _state = "unloaded";
        Load = new(TaskCreationOptions.RunContinuationsAsynchronously);
        return Task.CompletedTask;
    }

    /// <summary>What the service is said to have suggested before.</summary>
    public Func<CompletionRequest, bool> Remembers { get; init; } = _ => false;

    public bool Recalls(CompletionRequest request) => Remembers(request);

    public async Task<CompletionResult?> CompleteAsync(CompletionRequest request, CancellationToken cancellationToken)
    {
        var call = new ScriptedCall(request, cancellationToken);
        lock (_lock)
        {
            foreach (ScriptedCall older in _pending.Where(older => request.Origin is not null && ReferenceEquals(older.Request.Origin, request.Origin))) older.Supersede();
            _pending.Add(call);
        }
        if (Answers is not null) call.Answer(Answers(request));
        else _calls.Writer.TryWrite(call);
        using var registration = cancellationToken.Register(call.Cancel);
        try
        {
            return await call.Result;
        }
        finally
        {
            lock (_lock)
            {
                _pending.Remove(call);
                _completed++;
            }
        }
    }

    public void Dispose() => IsDisposed = true;
}

/// <summary>One call of <see cref="ScriptedService.CompleteAsync"/>, to be answered by the test.</summary>
internal sealed class ScriptedCall(CompletionRequest request, CancellationToken token)
{
    private readonly TaskCompletionSource<CompletionResult?> _result = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public CompletionRequest Request { get; } = request;

    public CancellationToken Token { get; } = token;

    public Task<CompletionResult?> Result => _result.Task;

    public void Answer(string text, EnergyMeasurement? energy = null, Task<EnergyMeasurement>? measured = null, long id = 0) => _result.TrySetResult(new CompletionResult(
        text, StopReason.EndOfText, 1, 1, 0, 4, [4], new CompletionLatency(1, 1, 1, 0),
        energy ?? EnergyMeasurement.Unavailable(TimeSpan.FromMilliseconds(1)), "full", "lossless", "scripted", "cpu")
    { Id = id, MeasuredEnergy = measured });

    public void Fail(Exception exception) => _result.TrySetException(exception);

    public void Supersede() => _result.TrySetResult(null);

    public void Cancel() => _result.TrySetCanceled(Token);
}
