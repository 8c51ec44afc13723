using CodeExit.Completion;
using CodeExit.Telemetry.Attribution;

namespace CodeExit.Evaluation.Replay;

/// <summary>
/// A typist and an editor. The editor asks when it has rested for a moment after a key, also where something is shown, as VS Code and Neovim
/// do. A key takes back the request that runs, or the next request supersedes it. A suggestion that is shown stays as long as what is typed
/// agrees with it and no answer says anything else. The typist accepts it when there was time to read it, if the file holds next exactly
/// what it says, white space at its end left out; else types on, through it or over it.
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
    private bool _isLate; // a key was pressed since the running request was made
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
        if (_running is not null) _running.Fate = RequestFate.Superseded;
        _isLate = false;
        var request = Request();
        if (!service.Recalls(request) && !aids.LetsThrough(request)) return;
        requests.Add(_running = new ReplayedRequest(service, meter, request, clock.Now));
    }

    private CompletionRequest Request() => new(_document.Text, _document.Cursor) { LanguageId = _document.LanguageId, Origin = _origin };

    private void Show(ReplayedRequest request, CompletionResult? answer)
    {
        _running = null;
        request.Fate = Fate(answer);
        if (answer is { Source: AnswerSource.Model }) aids.Answered(clock.Now - request.At);
        if (request.Fate is RequestFate.Superseded or RequestFate.SaidAgain) return;
        Hide();
        if (request.Fate == RequestFate.NothingToShow)
        {
            aids.NothingToShow();
            return;
        }
        request.KeystrokeToText = clock.Now - _lastKeyAt;
        (_shown, _ghost) = (request, answer!.Text);
        if (IsWanted()) _acceptAt = clock.Now + options.Reading;
    }

    private RequestFate Fate(CompletionResult? answer)
    {
        if (answer is null || _isLate) return RequestFate.Superseded;
        if (string.IsNullOrWhiteSpace(answer.Text)) return RequestFate.NothingToShow;
        return _shown is not null && answer.Text == _ghost ? RequestFate.SaidAgain : RequestFate.NotAccepted;
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
        LeaveBehind();
        Write(length);
    }

    private void Press()
    {
        LeaveBehind();
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
        _askAt = clock.Now + options.Debounce + (service.Recalls(Request()) ? TimeSpan.Zero : aids.Wait);
        if (!_document.IsComplete) _nextKeyAt = clock.Now + TimeSpan.FromMilliseconds(_document.Next.DelayMs);
    }

    private void Hide() => (_shown, _ghost, _acceptAt) = (null, "", Never);

    /// <summary>The text has changed since the running request was made.</summary>
    private void LeaveBehind()
    {
        if (options.TakesBack) TakeBack();
        else _isLate = true;
    }

    private void TakeBack()
    {
        _running?.Cancel();
        _running = null;
    }

    private static TimeSpan Earliest(TimeSpan a, TimeSpan b) => a < b ? a : b;
}
