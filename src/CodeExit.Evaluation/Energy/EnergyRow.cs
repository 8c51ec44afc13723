using CodeExit.Completion;
using CodeExit.Evaluation.Quality;
using CodeExit.Evaluation.Serving;
using CodeExit.Evaluation.Tasks;
using CodeExit.Telemetry;

namespace CodeExit.Evaluation.Energy;

/// <summary>One setting while it is measured: its service, its windows, and what it wrote.</summary>
internal sealed class EnergyRow(BenchmarkSetting setting, ICompletionService service) : IDisposable
{
    private readonly List<EnergyTrial> _trials = [];
    private List<CompletionResult> _written = [];
    private JouleShares _where = JouleShares.None;

    public string Name => setting.Name;

    public IReadOnlyList<EnergyTrial> Trials => _trials;

    /// <summary>Mean time of a suggestion, when each task was written once.</summary>
    public TimeSpan PerSuggestion { get; private set; }

    /// <summary>Writes every task once: the warm-up, and the texts that quality is judged by. Greedy, so each later time they are the same.</summary>
    public async Task WarmUpAsync(IReadOnlyList<CompletionTask> tasks, TimeProvider time, CancellationToken cancellationToken)
    {
        var written = new List<CompletionResult>();
        var start = time.GetTimestamp();
        foreach (var task in tasks) written.Add(await WriteAsync(task, cancellationToken).ConfigureAwait(false));
        PerSuggestion = time.GetElapsedTime(start) / tasks.Count;
        _written = written;
    }

    public async Task<CompletionResult> WriteAsync(CompletionTask task, CancellationToken cancellationToken) =>
        (await service.CompleteAsync(new CompletionRequest(task.Text, task.Offset) { LanguageId = task.LanguageId }, cancellationToken).ConfigureAwait(false))!;

    public void Add(EnergyMeasurement measured, PhaseTimes phases, int suggestions, int tokens)
    {
        var (gross, net) = (measured.Joules!.Value, measured.NetJoules!.Value);
        _trials.Add(new EnergyTrial(
            Name, _trials.Count + 1, suggestions, tokens, measured.Window.TotalSeconds, gross, net, measured.IdleWatts, measured.Label.Text(), measured.Contamination));
        _where += JouleShares.ByTime(phases, net, gross - net, measured.Window) / suggestions;
    }

    /// <param name="full">Full depth's row, of the same tasks and trials.</param>
    public EnergyResult Result(EnergyRow full, IReadOnlyList<CompletionTask> tasks, string label, double confidence)
    {
        var layers = _written.Sum(each => each.LayersPerToken.Sum());
        var tokens = Math.Max(1, _written.Sum(each => each.Tokens));
        double[] own = PerSuggestions(), reference = full.PerSuggestions();
        var perToken = _trials.Select(each => each.NetJoulesPerToken).ToArray();
        var isFull = this == full;
        return new EnergyResult(Name, _written[0].Mode, _written[0].Policy, label, Interval.OfTrials(own, confidence))
        {
            JoulesPerToken = perToken.All(each => each is not null) ? Interval.OfTrials([.. perToken.Select(each => each!.Value)], confidence) : null,
            GrossJoulesPerSuggestion = _trials.Average(each => each.Joules / each.Suggestions),
            SecondsPerSuggestion = _trials.Average(each => each.Seconds / each.Suggestions),
            Watts = _trials.Average(each => each.Joules / each.Seconds),
            EditSimilarity = _written.Zip(tasks, (each, task) => SuggestionQuality.ToTruth(each.Text, task.Truth)).Average(),
            EditSimilarityToFull = _written.Zip(full._written, (each, other) => SuggestionQuality.ToSuggestion(each.Text, other.Text)).Average(),
            MeanLayers = (double)layers / tokens,
            LayerShare = (double)layers / tokens / _written[0].LayerCount,
            DifferenceToFull = isFull ? null : Interval.OfTrials([.. own.Zip(reference, (each, other) => each - other)], confidence),
            RatioToFull = isFull || reference.Any(each => each <= 0) ? null : Interval.OfTrials([.. own.Zip(reference, (each, other) => each / other)], confidence),
            Where = _where / _trials.Count,
            Contaminated = _trials.Count(each => each.Contamination is not null),
        };
    }

    public void Dispose() => service.Dispose();

    private double[] PerSuggestions() => [.. _trials.Select(each => each.NetJoulesPerSuggestion)];
}
