namespace CodeExit.Inference.EarlyExit.Learned;

/// <summary>
/// An exit head learned on a frozen base (EE-Tuning, 2402.00518): the state passes an own norm and a low-rank residual, then the LM head
/// that all exits share. n = norm(h) · <see cref="Norm"/>, z = n + Up (Down n).
/// </summary>
/// <param name="Norm">Weights of the final norm as this exit has them, [hidden].</param>
/// <param name="Down">[rank, hidden].</param>
/// <param name="Up">[hidden, rank].</param>
public sealed record ExitHead(float[] Norm, float[] Down, float[] Up)
{
    public int Rank => Down.Length / Norm.Length;
}

/// <summary>All that was learned for a model without touching its weights.</summary>
/// <param name="Heads">By the layer (1-based) that the exit is after; never the last.</param>
public sealed record LearnedExits(IReadOnlyDictionary<int, ExitHead> Heads, LearnedProbes Probes)
{
    /// <summary>Of a model that nothing was learned for.</summary>
    public static readonly LearnedExits None = new(new Dictionary<int, ExitHead>(), LearnedProbes.None);

    /// <summary>Names of the files that it was learned from, as the learner named them: nothing may be measured on these.</summary>
    public IReadOnlySet<string> TrainedOn { get; init; } = new HashSet<string>();

    /// <summary>SHA-256 of the file, lower-case hexadecimal: what is calibrated with these policies is for no others. Empty where there is no file.</summary>
    public string Fingerprint { get; init; } = "";
}
