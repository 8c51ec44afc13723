using CodeExit.Completion;
using CodeExit.Evaluation.Serving;
using CodeExit.Telemetry;

namespace CodeExit.Evaluation.Replay;

/// <summary>One setting while its trace is typed: its service, its typist, and the time that has passed for both.</summary>
internal sealed class ReplayRow : IDisposable
{
    private readonly ICompletionService _service;
    private readonly ReplayClock _clock;
    private readonly AidedTyping _aids;
    private readonly Typist _typist;
    private readonly List<ReplayedRequest> _requests = [];

    public ReplayRow(BenchmarkSetting setting, ICompletionService service, BenchmarkSubject subject, ReplayOptions options)
    {
        (Name, _service, _clock) = (setting.Name, service, new ReplayClock(subject.Time, options.Speed));
        _aids = new AidedTyping(setting.Aids, _clock);
        _typist = new Typist(service, subject.Meter, options, _clock, _aids, _requests);
    }

    public string Name { get; }

    /// <summary>Asks once where nothing is typed yet: what runs for the first time runs slowly.</summary>
    public Task WarmUpAsync(TypingSession session, CancellationToken cancellationToken)
    {
        var document = new TypedDocument(session);
        return _service.CompleteAsync(new CompletionRequest(document.Text, document.Cursor), cancellationToken);
    }

    public Task TypeAsync(TypingSession session, CancellationToken cancellationToken) => _typist.TypeAsync(session, cancellationToken);

    /// <param name="label">Lets through joules of one label and source.</param>
    public async Task<ReplayResult> ResultAsync(TypingTrace trace, OneLabel label, CancellationToken cancellationToken)
    {
        var tally = new ReplayTally(trace, _clock.Now);
        foreach (var request in _requests)
        {
            var measured = await request.MeasuredAsync().WaitAsync(cancellationToken).ConfigureAwait(false);
            tally.Add(request, await request.Answer.ConfigureAwait(false), label.Admit(measured, $"{Name}, request {tally.Requests + 1}"));
        }
        var depth = _service.DepthOf(null);
        return tally.Result(Name, depth.Mode, depth.Policy, label.Label.Text()) with { NotAsked = _aids.NotAsked };
    }

    public void Dispose()
    {
        foreach (var request in _requests) request.Cancel();
        _service.Dispose();
    }
}
