namespace CodeExit.Completion.Gate;

/// <summary>
/// How likely a suggestion at a place is accepted: a logistic regression for each language, learned online from what became of suggestions.
/// It starts from a prior that lets everything through, and is drawn back to it a little with each lesson, so that what is not confirmed is
/// forgotten. Safe for many threads.
/// </summary>
public sealed class AcceptanceModel
{
    /// <summary>Before anything is learned: about one in six is accepted.</summary>
    public const double Prior = 1.0 / 6;

    private const double Rate = 0.15;

    // Each lesson forgets this share of all before: half is gone after some 7,000.
    private const double Forgetting = 0.0001;

    private static readonly double PriorBias = Math.Log(Prior / (1 - Prior));

    private readonly Lock _lock = new();
    private readonly Dictionary<string, double[]> _weights = new(StringComparer.Ordinal);
    private readonly GateFile? _file;
    private int _unsaved;
    private Task _saving = Task.CompletedTask;

    /// <param name="file">Where it is kept; null keeps it for this process only.</param>
    public AcceptanceModel(GateFile? file = null)
    {
        _file = file;
        foreach (var (language, weights) in file is null ? GateState.Empty.Languages : file.Read(GateFeatures.Count)) _weights[language] = weights;
    }

    /// <returns>From 0 to 1.</returns>
    public double Probability(string? languageId, ReadOnlySpan<float> features)
    {
        lock (_lock) return _weights.TryGetValue(languageId ?? "", out var weights) ? Probability(weights, features) : Prior;
    }

    public void Learn(string? languageId, ReadOnlySpan<float> features, bool accepted)
    {
        lock (_lock)
        {
            if (!_weights.TryGetValue(languageId ?? "", out var weights)) _weights[languageId ?? ""] = weights = new double[GateFeatures.Count];
            var step = Rate * ((accepted ? 1 : 0) - Probability(weights, features));
            for (var i = 0; i < weights.Length; i++) weights[i] = weights[i] * (1 - Forgetting) + step * features[i];
            if (++_unsaved >= GateFile.LessonsBetweenWrites) SaveSoon();
        }
    }

    /// <summary>Writes what was learned since the last time, and returns when all is on the disk.</summary>
    public void Flush()
    {
        Task saving;
        lock (_lock)
        {
            if (_unsaved > 0) SaveSoon();
            saving = _saving;
        }
        saving.Wait();
    }

    /// <summary>One after the other, in the background: whoever brings a lesson reads an editor's messages, and a disk may take its time.</summary>
    private void SaveSoon()
    {
        _unsaved = 0;
        if (_file is not { } file) return;
        var copy = _weights.ToDictionary(each => each.Key, each => each.Value.ToArray());
        _saving = _saving.ContinueWith(_ => file.Write(copy), TaskScheduler.Default);
    }

    private static double Probability(double[] weights, ReadOnlySpan<float> features)
    {
        var sum = PriorBias;
        for (var i = 0; i < weights.Length; i++) sum += weights[i] * features[i];
        return 1 / (1 + Math.Exp(-sum));
    }
}
