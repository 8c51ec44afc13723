using System.Security.Cryptography;
using System.Text;
using CodeExit.Completion;
using CodeExit.Completion.Calibration;
using CodeExit.Evaluation.Tasks;
using CodeExit.Inference.Models;

namespace CodeExit.Evaluation.Calibration;

/// <summary>What a calibration is made of.</summary>
/// <param name="Kinds">Policies with their value left open; none for those of <see cref="CandidateSequence.Defaults"/>.</param>
/// <param name="Seed">Of the tasks and the splits.</param>
public sealed record CalibrationPlan(IReadOnlyList<Promise> Promises, IReadOnlyList<string> Kinds, RiskBound Bound, int Seed);

/// <summary>
/// Finds the policy that keeps a promise with the fewest layers, on suggestions made as the service makes them, greedy (Learn then Test,
/// Angelopoulos et al., 2110.01052, as CALM uses it, 2207.07061).
/// </summary>
/// <param name="progress">Told how far it is.</param>
public sealed class Calibrator
{
    private readonly LoadedModel _model;
    private readonly CalibrationPlan _plan;
    private readonly Action<string> _progress;
    private readonly CandidateSequence[] _sequences;

    /// <exception cref="ArgumentException">A kind of policy that cannot be calibrated on this model; names it.</exception>
    public Calibrator(LoadedModel model, CalibrationPlan plan, Action<string> progress)
    {
        (_model, _plan, _progress) = (model, plan, progress);
        _sequences = [.. (plan.Kinds.Count > 0 ? plan.Kinds : CandidateSequence.Defaults(Config)).Distinct().Select(kind => CandidateSequence.Of(kind, Config))];
    }

    private ModelConfig Config => _model.Generator.Config;

    private string[] Kinds => [.. _sequences.Select(sequence => sequence.Kind)];

    /// <summary>Calibrates all promises on all tasks.</summary>
    public CalibrationReport Run(IReadOnlyList<CompletionTask> tasks, CancellationToken cancellationToken)
    {
        var all = tasks.Select(_ => true).ToArray();
        CalibrationRound[] rounds = [.. _plan.Promises.Select(promise => Round(promise, all))];
        var runs = Measure(tasks, rounds, cancellationToken);
        var candidates =
            from sequence in Enumerable.Range(0, _sequences.Length)
            from candidate in Enumerable.Range(0, _sequences[sequence].Specs.Count)
            let measure = runs.Measure(sequence, candidate, _ => true)
            where measure.Tasks > 0
            select measure;
        return new CalibrationReport(
            _model.Name, tasks.Count, Describe(tasks), _plan.Seed, _plan.Bound.Name, Kinds, [.. rounds.Select(Result)], [.. candidates]);

        PromiseResult Result(CalibrationRound round)
        {
            var safest = Enumerable.Range(0, _sequences.Length).Select(sequence => runs.Measure(sequence, 0, round.IsAmong)).MinBy(each => each.Loss(round.Promise.Metric))!;
            var chosen = Choose(round, runs) is var (sequence, candidate) ? runs.Measure(sequence, candidate, round.IsAmong) : null;
            return new PromiseResult(round.Promise, chosen, safest, LeastTasks(round.Promise));
        }
    }

    /// <summary>Tasks that a promise takes at least, were there no loss at all.</summary>
    public int LeastTasks(Promise promise) =>
        _plan.Bound.LeastCount(promise.Tolerance, CalibrationRound.LevelOf(promise, _sequences.Length));

    /// <summary>The promise as <c>modes.json</c> keeps it; null where nothing can be promised.</summary>
    /// <param name="fingerprint">Of the model's weights.</param>
    public CalibratedMode? Mode(CalibrationReport report, PromiseResult result, string fingerprint) => result.Chosen is { } chosen
        ? new CalibratedMode(
            chosen.Policy, result.Promise.Metric, result.Promise.Tolerance, result.Promise.Confidence, report.Tasks,
            Rounded(chosen.Loss(result.Promise.Metric)), report.Bound, report.Kinds, Rounded(chosen.LayerShare), report.Source, report.Seed,
            Config.ExitLayers, fingerprint)
        : null;

    /// <summary>Calibrates on one random half of the tasks and measures on the other, again and again; every task is run once.</summary>
    public SplitReport Check(IReadOnlyList<CompletionTask> tasks, int splits, CancellationToken cancellationToken)
    {
        var random = new Random(_plan.Seed);
        bool[][] halves = [.. Enumerable.Range(0, splits).Select(_ => Half(tasks.Count, random))];
        CalibrationRound[][] rounds = [.. _plan.Promises.Select(promise => halves.Select(half => Round(promise, half)).ToArray())];
        var runs = Measure(tasks, [.. rounds.SelectMany(each => each)], cancellationToken);
        return new SplitReport(_model.Name, tasks.Count, Describe(tasks), _plan.Seed, _plan.Bound.Name, Kinds, [.. rounds.Select(Result)]);

        SplitResult Result(CalibrationRound[] ofPromise)
        {
            var promise = ofPromise[0].Promise;
            var unseen = new List<CandidateMeasure>();
            foreach (var round in ofPromise)
            {
                if (Choose(round, runs) is var (sequence, candidate)) unseen.Add(runs.Measure(sequence, candidate, task => !round.IsAmong(task)));
            }
            return new SplitResult(
                promise, splits, ofPromise[0].Count, unseen.Count, unseen.Count(each => each.Loss(promise.Metric) > promise.Tolerance),
                1 - promise.Confidence, unseen.Count == 0 ? null : unseen.Average(each => each.Loss(promise.Metric)),
                unseen.Count == 0 ? null : unseen.Average(each => each.LayerShare));
        }
    }

    /// <summary>Of each kind the last candidate that passed; of these the one with the least work. Null where all that passed cost more than full depth.</summary>
    private (int Sequence, int Candidate)? Choose(CalibrationRound round, CalibrationRuns runs)
    {
        return Enumerable.Range(0, _sequences.Length)
            .Where(sequence => round.Standing(sequence) > 0)
            .Select(sequence => ((int, int)?)(sequence, round.Standing(sequence) - 1))
            .Where(each => Work(each!.Value) <= 1)
            .MinBy(each => Work(each!.Value));

        double Work((int Sequence, int Candidate) each) => runs.Measure(each.Sequence, each.Candidate, round.IsAmong).WorkRatio;
    }

    private CalibrationRound Round(Promise promise, bool[] among) => new(promise, _plan.Bound, _sequences, among);

    private CalibrationRuns Measure(IReadOnlyList<CompletionTask> tasks, IReadOnlyList<CalibrationRound> rounds, CancellationToken cancellationToken) =>
        CalibrationRuns.Run(new SuggestionWriter(_model, new CompletionOptions()), Config, _sequences, tasks, rounds, _progress, cancellationToken);

    private static bool[] Half(int count, Random random)
    {
        var among = new bool[count];
        Array.Fill(among, true, 0, count / 2);
        random.Shuffle(among);
        return among;
    }

    /// <summary>Enough to tell one set of tasks from another, and nothing about where they lay.</summary>
    private static string Describe(IReadOnlyList<CompletionTask> tasks)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var task in tasks) hash.AppendData(Encoding.UTF8.GetBytes($"{task.Offset}\0{task.Truth}\0{task.Text.Length}\0{task.Text}"));
        return $"{tasks.Count} files, sha256:{Convert.ToHexStringLower(hash.GetHashAndReset())[..16]}";
    }

    private static double Rounded(double value) => Math.Round(value, 6);
}
