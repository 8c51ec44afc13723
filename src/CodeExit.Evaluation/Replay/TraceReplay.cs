using CodeExit.Completion;
using CodeExit.Evaluation.Serving;
using CodeExit.Telemetry;

namespace CodeExit.Evaluation.Replay;

/// <summary>Types a trace under each setting in turn, through the service that serves editors, and adds up what became of the joules.</summary>
/// <param name="progress">Told how far it is.</param>
public sealed class TraceReplay(BenchmarkSubject subject, ReplayOptions options, Action<string> progress)
{
    private readonly OneLabel _label = new();

    /// <exception cref="ArgumentException">A setting that the model cannot run; names it.</exception>
    /// <exception cref="InvalidDataException">Requests with different labels, or one without joules.</exception>
    public async Task<ReplayReport> RunAsync(TypingTrace trace, IReadOnlyList<BenchmarkSetting> settings, CancellationToken cancellationToken)
    {
        var rows = new List<ReplayResult>();
        // A setting that cannot be run is known before any is, and what runs for the first time runs slowly.
        foreach (var setting in settings) await WarmUpAsync(trace, setting, cancellationToken).ConfigureAwait(false);
        foreach (var setting in settings) rows.Add(await RunAsync(trace, setting, cancellationToken).ConfigureAwait(false));
        return new ReplayReport(
            subject.Model, _label.Label.Text(), _label.Source, _label.Scope, subject.Meter.Sources[0].Name,
            new ReplayedTrace(trace.Seed, trace.Sessions.Count, trace.Length, trace.Duration.TotalSeconds),
            options.Debounce.TotalMilliseconds, options.Reading.TotalMilliseconds, options.Speed, rows);
    }

    private async Task WarmUpAsync(TypingTrace trace, BenchmarkSetting setting, CancellationToken cancellationToken)
    {
        progress($"warm-up: {setting.Name}");
        using var service = await subject.ServeAsync(setting, cancellationToken).ConfigureAwait(false);
        foreach (var session in trace.Sessions)
        {
            var document = new TypedDocument(session);
            await service.CompleteAsync(new CompletionRequest(document.Text, document.Cursor), cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<ReplayResult> RunAsync(TypingTrace trace, BenchmarkSetting setting, CancellationToken cancellationToken)
    {
        using var service = await subject.ServeAsync(setting, cancellationToken).ConfigureAwait(false);
        subject.Meter.Open().Close(); // what the device takes from here to the first request is its power at rest
        await Task.Delay(options.Rest, subject.Time, cancellationToken).ConfigureAwait(false);
        var requests = new List<ReplayedRequest>();
        var clock = new ReplayClock(subject.Time, options.Speed);
        var typist = new Typist(service, subject.Meter, options, clock, requests);
        try
        {
            for (var index = 0; index < trace.Sessions.Count; index++)
            {
                progress($"{setting.Name}: file {index + 1} of {trace.Sessions.Count}");
                await typist.TypeAsync(trace.Sessions[index], cancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            foreach (var request in requests) request.Cancel();
        }
        var (mode, policy) = (service.Status.Mode, service.Status.Policy);
        var tally = new ReplayTally(trace, clock.Now);
        foreach (var request in requests)
        {
            var measured = await request.MeasuredAsync().WaitAsync(cancellationToken).ConfigureAwait(false);
            tally.Add(request, await request.Answer.ConfigureAwait(false), _label.Admit(measured, $"{setting.Name}, request {tally.Requests + 1}"));
        }
        return tally.Result(setting.Name, mode, policy, _label.Label.Text());
    }
}
