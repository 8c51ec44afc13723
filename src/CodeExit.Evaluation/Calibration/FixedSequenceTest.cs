namespace CodeExit.Evaluation.Calibration;

/// <summary>
/// Learn-then-Test by fixed-sequence testing (Angelopoulos et al., 2110.01052; CALM, 2207.07061): candidates are tested from the safest
/// on, each at the whole level, and the first that fails ends the test. So nothing wrong is promised unless the first candidate that
/// breaks the promise passes its own test, which has a chance of at most the level, however many candidates there are.
/// </summary>
/// <remarks>
/// Losses come task by task. A p-value only grows with the losses, so a candidate that fails on those seen so far, the others taken as 0,
/// has failed, and it and all after it need not be run on the tasks that are left: the outcome is that of the whole.
/// </remarks>
/// <param name="bound">Makes p-values of losses.</param>
/// <param name="count">n: tasks that every candidate left to the end is run on.</param>
/// <param name="tolerance">δ.</param>
/// <param name="level">ε: the chance that a promise may be wrong.</param>
public sealed class FixedSequenceTest(RiskBound bound, int candidates, int count, double tolerance, double level)
{
    private readonly double[] _sums = new double[candidates];

    /// <summary>Candidates, from the first on, that have not failed; when all tasks are in, those that passed.</summary>
    public int Standing { get; private set; } = count > 0 && bound.PValue(0, count, tolerance) <= level ? candidates : 0;

    /// <param name="loss">From 0 to 1, of one candidate on one task.</param>
    public void Add(int candidate, double loss)
    {
        if (candidate >= Standing || loss == 0) return;
        _sums[candidate] += loss;
        if (bound.PValue(_sums[candidate], count, tolerance) > level) Standing = candidate;
    }
}
