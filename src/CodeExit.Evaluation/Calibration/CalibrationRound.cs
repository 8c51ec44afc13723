namespace CodeExit.Evaluation.Calibration;

/// <summary>One promise tested on some of the tasks: a fixed sequence for each kind of policy.</summary>
/// <remarks>
/// Of several kinds the best is taken, which is another way to be lucky: each kind is tested at its share of the level (Bonferroni), so that
/// the chance of any wrong promise among them stays at ε.
/// </remarks>
internal sealed class CalibrationRound
{
    private readonly bool[] _among;
    private readonly FixedSequenceTest[] _tests;

    /// <param name="among">For each task whether it is calibrated on.</param>
    public CalibrationRound(Promise promise, RiskBound bound, IReadOnlyList<CandidateSequence> sequences, bool[] among)
    {
        Promise = promise;
        _among = among;
        Count = among.Count(each => each);
        Level = LevelOf(promise, sequences.Count);
        _tests = [.. sequences.Select(sequence => new FixedSequenceTest(bound, sequence.Specs.Count, Count, promise.Tolerance, Level))];
    }

    public Promise Promise { get; }

    /// <summary>Tasks calibrated on.</summary>
    public int Count { get; }

    /// <summary>Of one kind.</summary>
    public double Level { get; }

    public static double LevelOf(Promise promise, int kinds) => (1 - promise.Confidence) / kinds;

    public bool IsAmong(int task) => _among[task];

    /// <summary>Candidates of one kind that have not failed; when all tasks are in, those that passed.</summary>
    public int Standing(int sequence) => _tests[sequence].Standing;

    public void Add(int task, int sequence, int candidate, TaskOutcome outcome)
    {
        if (_among[task]) _tests[sequence].Add(candidate, outcome.Loss(Promise.Metric));
    }
}
