namespace CodeExit.Evaluation.Replay;

/// <summary>How a trace is typed, and what the typist does with what is shown.</summary>
public sealed record ReplayOptions
{
    /// <summary>Rest after a key before the editor asks. 200 ms is Neovim's own; others range from 0 to 300.</summary>
    public TimeSpan Debounce { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>Whether a key takes back the request that runs, as in VS Code; in Neovim the next request supersedes it.</summary>
    public bool TakesBack { get; init; } = true;

    /// <summary>From a suggestion's appearance to the key that accepts it. An assumption.</summary>
    public TimeSpan Reading { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>Least characters, blanks not counted, of a suggestion that is worth accepting: one is typed as quickly.</summary>
    public int LeastCharacters { get; init; } = 2;

    /// <summary>How many times faster than real the time passes in which no request runs. While one runs, time is the engine's own.</summary>
    public double Speed { get; init; } = 10;

    /// <summary>Real time before each round, in which the device comes to rest and what it takes then is seen.</summary>
    public TimeSpan Rest { get; init; } = TimeSpan.FromSeconds(3);
}
