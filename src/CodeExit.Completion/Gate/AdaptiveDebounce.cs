namespace CodeExit.Completion.Gate;

/// <summary>
/// How long a request waits for the next key before the model is asked. Waiting pays only where that key comes while waiting: then the request
/// costs nothing. So it lasts until most next keys have come at this user's rhythm, and not at all where that is longer than the bound, or than
/// an answer takes: a fast model is asked at once. Whoever accepts much is let wait less.
/// </summary>
public static class AdaptiveDebounce
{
    /// <summary>A wait that is longer shows.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromMilliseconds(150);

    /// <param name="longest">The bound; zero turns it off.</param>
    public static TimeSpan Wait(TypingHistory history, TimeSpan longest)
    {
        var (mean, deviation) = history.Rhythm;
        var next = mean + deviation;
        return next > longest || next > history.TypicalAnswer ? TimeSpan.Zero : next * (1 - history.Acceptance);
    }
}
