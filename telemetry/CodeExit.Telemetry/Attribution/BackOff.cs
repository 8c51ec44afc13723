namespace CodeExit.Telemetry.Attribution;

/// <summary>When to ask a device again that did not answer: after a second, then twice as long each time, a minute at most.</summary>
internal sealed class BackOff
{
    private static readonly TimeSpan First = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(1);

    private TimeSpan _wait;
    private TimeSpan _until = TimeSpan.MinValue;

    public bool Allows(TimeSpan at) => at >= _until;

    public void Failed(TimeSpan at)
    {
        _wait = _wait == TimeSpan.Zero ? First : _wait * 2;
        if (_wait > Longest) _wait = Longest;
        _until = at + _wait;
    }

    public void Never() => _until = TimeSpan.MaxValue;

    public void Succeeded() => (_wait, _until) = (TimeSpan.Zero, TimeSpan.MinValue);
}
