using CodeExit.Completion;
using CodeExit.Telemetry.Attribution;

namespace CodeExit.Evaluation.Replay;

/// <summary>
/// A typist and an editor. A key takes back the request that runs; the editor asks when it has rested for a moment. A suggestion that is
/// shown stays as long as what is typed agrees with it, and nothing is asked meanwhile. The typist accepts it when there was time to read
/// it, if the file holds next exactly what it says, white space at its end left out; else types on, through it or over it.
/// </summary>
/// <param name="aids">Between the editor and the model.</param>
/// <param name="requests">Takes each request when it is made.</param>
internal sealed class Typist(
    ICompletionService service, EnergyMeter meter, ReplayOptions options, ReplayClock clock, AidedTyping aids, List<ReplayedRequest> requests)
{
    private static readonly TimeSpan Never = TimeSpan.MaxValue;

    private readonly object _origin = new();
    private TypedDocument _document = null!;
    private ReplayedRequest? _running;
    private ReplayedRequest? _shown;
    private string _ghost = "";
    private TimeSpan _lastKeyAt, _nextKeyAt, _askAt, _acceptAt;

    public async Task TypeAsync(TypingSession session, CancellationToken cancellationToken)
    {
        _document = new TypedDocument(session);
        aids.Open(session.File);
        (_askAt, _lastKeyAt, _nextKeyAt) = (Never, clock.Now, clock.Now + TimeSpan.FromMilliseconds(_document.Next.DelayMs));
        Hide();
        while (!_document.IsComplete)
        {
            var next = Earliest(_nextKeyAt, Earliest(_askAt, _acceptAt));
            if (_running is null) await clock.RestAsync(next, cancellationToken).ConfigureAwait(false);
            else if (await clock.RunAsync(_running.Answer, next, cancellationToken).ConfigureAwait(false))
            {
                Show(_running, await _running.Answer.ConfigureAwait(false));
                continue;
            }
            if (next == _acceptAt) Accept();
            else if (next == _nextKeyAt) Press();
            else Ask();
        }
        TakeBack();
        await service.WarmAsync(cancellationToken).ConfigureAwait(false); // the worker is free: another setting may use the model
    }

    private void Ask()
    {
        _askAt = Never;
        var request = new CompletionRequest(_document.Text, _document.Cursor) { LanguageId = _document.LanguageId, Origin = _origin };
        if (!aids.LetsThrough(request)) return;
        requests.Add(_running = new ReplayedRequest(service, meter, request, clock.Now));
    }

    private void Show(ReplayedRequest request, CompletionResult? answer)
    {
        _running = null;
        request.Fate = answer is null ? RequestFate.Superseded : string.IsNullOrWhiteSpace(answer.Text) ? RequestFate.NothingToShow : RequestFate.NotAccepted;
        if (answer is not null) aids.Answered(clock.Now - request.At);
        if (request.Fate == RequestFate.NothingToShow) aids.NothingToShow();
        if (request.Fate != RequestFate.NotAccepted) return;
        request.KeystrokeToText = clock.Now - _lastKeyAt;
        (_shown, _ghost) = (request, answer!.Text);
        if (IsWanted()) _acceptAt = clock.Now + options.Reading;
    }

    private bool IsWanted()
    {
        var text = _ghost.AsSpan().TrimEnd();
        return _document.Rest.StartsWith(text) && _ghost.Count(character => !char.IsWhiteSpace(character)) >= options.LeastCharacters;
    }

    private void Accept()
    {
        var length = _ghost.AsSpan().TrimEnd().Length;
        (_shown!.Fate, _shown.AcceptedCharacters) = (RequestFate.Accepted, length);
        aids.Accepted();
        Hide();
        Write(length);
    }

    private void Press()
    {
        TakeBack();
        var key = _document.Next.Text;
        if (_shown is not null && !_ghost.StartsWith(key, StringComparison.Ordinal)) aids.Rejected(_ghost);
        _ghost = _shown is not null && _ghost.StartsWith(key, StringComparison.Ordinal) ? _ghost[key.Length..] : "";
        if (string.IsNullOrWhiteSpace(_ghost)) Hide();
        Write(key.Length);
    }

    private void Write(int characters)
    {
        aids.Typed(_document.Cursor, characters);
        _document.Write(characters);
        _lastKeyAt = clock.Now;
        _askAt = _shown is null ? clock.Now + options.Debounce + aids.Wait : Never;
        if (!_document.IsComplete) _nextKeyAt = clock.Now + TimeSpan.FromMilliseconds(_document.Next.DelayMs);
    }

    private void Hide() => (_shown, _ghost, _acceptAt) = (null, "", Never);

    private void TakeBack()
    {
        _running?.Cancel();
        _running = null;
    }

    private static TimeSpan Earliest(TimeSpan a, TimeSpan b) => a < b ? a : b;
}
