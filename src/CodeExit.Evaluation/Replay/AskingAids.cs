namespace CodeExit.Evaluation.Replay;

/// <summary>What of the language server stands between a typist and the model.</summary>
[Flags]
public enum AskingAids
{
    None = 0,

    /// <summary>Does not ask where a suggestion is hardly wanted.</summary>
    Gate = 1,

    /// <summary>Waits for the next key at the typist's own rhythm.</summary>
    Debounce = 2,
}
