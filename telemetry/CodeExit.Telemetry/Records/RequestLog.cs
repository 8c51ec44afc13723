using System.Threading.Channels;
using CodeExit.Telemetry.Attribution;
using CodeExit.Telemetry.Metrics;

namespace CodeExit.Telemetry.Records;

/// <summary>
/// Takes down what requests took: sums, metrics, and a file. Whoever reports waits for nothing; one task takes the reports in order, when
/// the joules of each are known. Safe for many threads.
/// </summary>
public sealed class RequestLog : IDisposable
{
    /// <summary>Requests whose suggestion may still be accepted. A client speaks of what it shows now.</summary>
    private const int MostRemembered = 256;

    /// <summary>What is still to be taken down at the end is a few records.</summary>
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(5);

    private readonly Channel<object> _reports = Channel.CreateUnbounded<object>(new UnboundedChannelOptions { SingleReader = true });
    private readonly Dictionary<long, (EnergyMeasurement Energy, int Accepted)> _recent = [];
    private readonly Queue<long> _recentOrder = new();
    private readonly EnergyTotals _totals = new();
    private readonly RequestMetrics _metrics;
    private readonly RecordFile? _file;
    private readonly Action<string> _warn;
    private readonly IDisposable? _export;
    private readonly Task _taking;
    private bool _isFileGood;

    /// <param name="meter">What devices are read by, for their power; null where none are.</param>
    /// <param name="file">Null keeps no records.</param>
    /// <param name="warn">Told once, in one line, when records can no longer be kept.</param>
    /// <param name="export">Starts to carry the metrics away; what it gives is disposed when the last request is in them. Null: they stay here.</param>
    public RequestLog(EnergyMeter? meter, RecordFile? file, Action<string> warn, Func<string, IDisposable>? export = null)
    {
        _metrics = new RequestMetrics(_totals, () => meter?.Power ?? []);
        (_file, _isFileGood, _warn) = (file, file is not null, warn);
        _export = export?.Invoke(MetricNames.Meter);
        _taking = Task.Run(TakeAsync);
    }

    /// <summary>What was spent since the start, by label, source and scope.</summary>
    public IReadOnlyList<EnergyTotal> Totals => _totals.All;

    /// <summary>A request ended; its record is complete when its joules are known.</summary>
    public void Add(Task<RequestRecord> request) => _reports.Writer.TryWrite(request);

    /// <summary>Something became known of a suggestion. Of a request that is unknown or long past, nothing is taken down.</summary>
    public void Add(SuggestionFate fate) => _reports.Writer.TryWrite(fate);

    /// <summary>Takes down what was reported by now. Meters have to be disposed before, so that nothing more has to be waited for.</summary>
    public void Dispose()
    {
        _reports.Writer.TryComplete();
        _taking.Wait(Farewell);
        _export?.Dispose();
        _metrics.Dispose();
    }

    private async Task TakeAsync()
    {
        await foreach (var report in _reports.Reader.ReadAllAsync().ConfigureAwait(false))
        {
            if (report is Task<RequestRecord> request) Take(await request.ConfigureAwait(false));
            else Take((SuggestionFate)report);
        }
    }

    private void Take(RequestRecord request)
    {
        _totals.Add(request);
        _metrics.Add(request);
        if (_recentOrder.Count == MostRemembered) _recent.Remove(_recentOrder.Dequeue());
        _recentOrder.Enqueue(request.Id);
        _recent[request.Id] = (request.Energy, 0);
        Keep(new RecordEntry(Request: request));
    }

    private void Take(SuggestionFate fate)
    {
        if (!_recent.TryGetValue(fate.Id, out var request)) return;
        var more = fate.AcceptedCharacters - request.Accepted;
        if (more > 0)
        {
            _recent[fate.Id] = (request.Energy, fate.AcceptedCharacters);
            _totals.AddAccepted(request.Energy, more);
            _metrics.AddAccepted(request.Energy, more);
        }
        Keep(new RecordEntry(Fate: fate));
    }

    /// <summary>A full disk or a folder that is not ours must not cost anybody a suggestion.</summary>
    private void Keep(RecordEntry entry)
    {
        if (!_isFileGood) return;
        try
        {
            _file!.Append(entry);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            _isFileGood = false;
            _warn($"request records are not kept: {exception.Message}");
        }
    }
}
