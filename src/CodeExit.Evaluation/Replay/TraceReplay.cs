using CodeExit.Evaluation.Serving;
using CodeExit.Telemetry;

namespace CodeExit.Evaluation.Replay;

/// <summary>
/// Types a trace under each setting, through the service that serves editors, and adds up what became of the joules. In each round every
/// setting types one file, in an order that turns, so that a machine that slows down meets all alike; and each another file, as the prompt
/// of one must not be in the cache for the next.
/// </summary>
/// <param name="progress">Told how far it is.</param>
public sealed class TraceReplay(BenchmarkSubject subject, ReplayOptions options, Action<string> progress)
{
    private readonly OneLabel _label = new();

    /// <exception cref="ArgumentException">A setting that the model cannot run; names it.</exception>
    /// <exception cref="InvalidDataException">Requests with different labels, or one without joules.</exception>
    public async Task<ReplayReport> RunAsync(TypingTrace trace, IReadOnlyList<BenchmarkSetting> settings, CancellationToken cancellationToken)
    {
        var rows = new List<ReplayRow>();
        try
        {
            foreach (var setting in settings)
                rows.Add(new ReplayRow(setting, await subject.ServeAsync(setting, cancellationToken).ConfigureAwait(false), subject, options));
            await WarmUpAsync(rows, trace, cancellationToken).ConfigureAwait(false);
            for (var round = 0; round < trace.Sessions.Count; round++) await TypeAsync(rows, trace, round, cancellationToken).ConfigureAwait(false);
            var results = new List<ReplayResult>();
            foreach (var row in rows) results.Add(await row.ResultAsync(trace, _label, cancellationToken).ConfigureAwait(false));
            return Report(trace, results);
        }
        finally
        {
            foreach (var row in rows) row.Dispose();
        }
    }

    private async Task WarmUpAsync(List<ReplayRow> rows, TypingTrace trace, CancellationToken cancellationToken)
    {
        foreach (var row in rows)
        {
            progress($"warm-up: {row.Name}");
            foreach (var session in trace.Sessions) await row.WarmUpAsync(session, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task TypeAsync(List<ReplayRow> rows, TypingTrace trace, int round, CancellationToken cancellationToken)
    {
        subject.Meter.Open().Close(); // what the device takes from here to the next request is its power at rest
        await Task.Delay(options.Rest, subject.Time, cancellationToken).ConfigureAwait(false);
        for (var turn = 0; turn < rows.Count; turn++)
        {
            var index = (turn + round) % rows.Count;
            progress($"round {round + 1} of {trace.Sessions.Count}: {rows[index].Name}");
            await rows[index].TypeAsync(trace.Sessions[(index + round) % trace.Sessions.Count], cancellationToken).ConfigureAwait(false);
        }
    }

    private ReplayReport Report(TypingTrace trace, List<ReplayResult> results) => new(
        subject.Model, _label.Label.Text(), _label.Source, _label.Scope, subject.Meter.Sources[0].Name,
        new ReplayedTrace(trace.Seed, trace.Sessions.Count, trace.Length, trace.Duration.TotalSeconds),
        options.Debounce.TotalMilliseconds, options.Reading.TotalMilliseconds, options.Speed, results)
    {
        Device = subject.Device,
    };
}
