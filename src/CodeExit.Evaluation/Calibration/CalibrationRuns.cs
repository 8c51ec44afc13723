using CodeExit.Completion;
using CodeExit.Evaluation.Tasks;
using CodeExit.Inference.EarlyExit;
using CodeExit.Inference.Models;

namespace CodeExit.Evaluation.Calibration;

/// <summary>
/// Runs candidates on tasks, and feeds the rounds. All candidates of a task run one after the other, full depth first, so that its prompt is
/// prefilled once: which of them ran before cannot be seen in a text. A candidate is run as long as it stands in any round; what no round
/// can pass any more is left out, which changes no outcome (<see cref="FixedSequenceTest"/>).
/// </summary>
internal sealed class CalibrationRuns
{
    private readonly TaskOutcome?[][][] _outcomes;
    private readonly TaskOutcome[] _full;
    private readonly int _layerCount;

    private CalibrationRuns(IReadOnlyList<CandidateSequence> sequences, int tasks, int layerCount)
    {
        Sequences = sequences;
        _outcomes = [.. sequences.Select(sequence => sequence.Specs.Select(_ => new TaskOutcome?[tasks]).ToArray())];
        _full = new TaskOutcome[tasks];
        _layerCount = layerCount;
    }

    public IReadOnlyList<CandidateSequence> Sequences { get; }

    public static CalibrationRuns Run(
        SuggestionWriter writer, ModelConfig config, IReadOnlyList<CandidateSequence> sequences, IReadOnlyList<CompletionTask> tasks,
        IReadOnlyList<CalibrationRound> rounds, Action<string> progress, CancellationToken cancellationToken)
    {
        var runs = new CalibrationRuns(sequences, tasks.Count, config.LayerCount);
        IExitPolicy full = new FullDepthPolicy();
        IExitPolicy[][] policies = [.. sequences.Select(sequence => sequence.Specs.Select(spec => ExitPolicies.Parse(spec, config)).ToArray())];
        for (var index = 0; index < tasks.Count; index++)
        {
            if (index % 10 == 0) progress($"task {index + 1} of {tasks.Count}");
            var task = tasks[index];
            var place = writer.Prepare(task.Text, task.Offset, task.LanguageId, files: task.Files);
            var reference = writer.Write(place, full, cancellationToken);
            runs._full[index] = TaskOutcome.Of(reference, reference, task.Truth);
            for (var sequence = 0; sequence < policies.Length; sequence++)
            {
                for (var candidate = 0; candidate < rounds.Max(round => round.Standing(sequence)); candidate++)
                {
                    var outcome = TaskOutcome.Of(writer.Write(place, policies[sequence][candidate], cancellationToken), reference, task.Truth);
                    runs._outcomes[sequence][candidate][index] = outcome;
                    foreach (var round in rounds) round.Add(index, sequence, candidate, outcome);
                }
            }
        }
        return runs;
    }

    /// <summary>One candidate on the tasks that it was run on and that are asked for.</summary>
    public CandidateMeasure Measure(int sequence, int candidate, Func<int, bool> among)
    {
        var (count, textual, risk, layers, tokens) = (0, 0d, 0d, 0L, 0L);
        var (decode, fullDecode, fullTokens) = (TimeSpan.Zero, TimeSpan.Zero, 0L);
        var (work, fullWork) = (0d, 0d);
        for (var task = 0; task < _full.Length; task++)
        {
            if (!among(task) || _outcomes[sequence][candidate][task] is not { } outcome) continue;
            count++;
            textual += outcome.Textual;
            risk += outcome.Risk;
            layers += outcome.Layers;
            work += outcome.Work;
            fullWork += _full[task].Work;
            tokens += outcome.Tokens;
            decode += outcome.Decode;
            fullDecode += _full[task].Decode;
            fullTokens += _full[task].Tokens;
        }
        var ratio = fullDecode > TimeSpan.Zero && tokens > 0 && fullTokens > 0 ? decode / tokens / (fullDecode / fullTokens) : (double?)null;
        return new CandidateMeasure(
            Sequences[sequence].Specs[candidate], count, textual / Math.Max(1, count), risk / Math.Max(1, count),
            tokens == 0 ? 1 : (double)layers / tokens / _layerCount, tokens == 0 || fullWork == 0 ? 1 : work / tokens / (fullWork / fullTokens), ratio);
    }
}
