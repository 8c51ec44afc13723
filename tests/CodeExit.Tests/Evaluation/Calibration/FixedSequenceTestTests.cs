using CodeExit.Evaluation.Calibration;

namespace CodeExit.Tests.Evaluation.Calibration;

public sealed class FixedSequenceTestTests
{
    private const double Tolerance = 0.1, Level = 0.1;
    private const int Count = 60, Calibrations = 2000;

    /// <summary>The simulated truth: candidates of an ever larger expected loss, the first two of which keep the tolerance.</summary>
    private static readonly double[] Expected = [0.01, 0.02, .. Enumerable.Range(1, 50).Select(step => Tolerance + 0.0002 * step)];

    [Fact]
    public void Standing_ManyCalibrations_BreaksItsPromiseNoMoreOftenThanAllowed()
    {
        var promised = 0;
        var broken = Simulate(losses =>
        {
            var standing = Stopped(losses);
            if (standing > 0) promised++;
            return standing - 1;
        });

        Assert.InRange(promised, Calibrations / 2, Calibrations);
        // Three standard deviations of a share of 2000 above what is allowed.
        Assert.InRange(broken, 0, Level + 3 * Math.Sqrt(Level * (1 - Level) / Calibrations));
    }

    [Fact]
    public void Standing_SameLossesWithoutTheStop_WouldBreakItsPromise()
    {
        // The last candidate that passes alone, whatever failed before it: what the stop at the first failure is there to prevent.
        var broken = Simulate(losses => Array.FindLastIndex(
            losses, each => RiskBound.HoeffdingBentkus.PValue(each.Sum(), Count, Tolerance) <= Level));

        Assert.InRange(broken, 1.5 * Level, 1);
    }

    [Fact]
    public void Standing_FirstCandidateFails_IsNoneThoughLaterOnesLoseNothing()
    {
        var test = new FixedSequenceTest(RiskBound.HoeffdingBentkus, candidates: 3, Count, Tolerance, Level);
        for (var task = 0; task < Count; task++) test.Add(0, 1);

        Assert.Equal(0, test.Standing);
    }

    [Theory]
    [InlineData(21, 0)] // 0.9²¹ = 0.109
    [InlineData(22, 3)] // 0.9²² = 0.098
    public void Standing_NothingLost_NeedsEnoughTasks(int count, int standing) =>
        Assert.Equal(standing, new FixedSequenceTest(RiskBound.HoeffdingBentkus, candidates: 3, count, Tolerance, Level).Standing);

    [Fact]
    public void Standing_LossesOnlyOfWhatStillStands_IsThatOfAllLosses()
    {
        var random = new Random(5);
        for (var round = 0; round < 200; round++)
        {
            var losses = Draw(random, correlated: round % 2 == 0);
            var test = new FixedSequenceTest(RiskBound.HoeffdingBentkus, Expected.Length, Count, Tolerance, Level);
            var runs = 0;
            for (var task = 0; task < Count; task++)
            {
                for (var candidate = 0; candidate < test.Standing; candidate++, runs++) test.Add(candidate, losses[candidate][task]);
            }

            var failed = Array.FindIndex(losses, each => RiskBound.HoeffdingBentkus.PValue(each.Sum(), Count, Tolerance) > Level);
            Assert.Equal(failed < 0 ? Expected.Length : failed, test.Standing);
            Assert.True(failed < 0 || runs < Count * Expected.Length);
        }
    }

    /// <summary>Share of calibrations whose candidate has an expected loss above the tolerance.</summary>
    private static double Simulate(Func<double[][], int> choose)
    {
        var random = new Random(20261124);
        var broken = 0;
        for (var round = 0; round < Calibrations; round++)
        {
            // Independent candidates are the worst case: each is another chance to pass by luck.
            var chosen = choose(Draw(random, correlated: false));
            if (chosen >= 0 && Expected[chosen] > Tolerance) broken++;
        }
        return (double)broken / Calibrations;
    }

    private static int Stopped(double[][] losses)
    {
        var test = new FixedSequenceTest(RiskBound.HoeffdingBentkus, losses.Length, Count, Tolerance, Level);
        for (var candidate = 0; candidate < losses.Length; candidate++)
        {
            foreach (var loss in losses[candidate]) test.Add(candidate, loss);
        }
        return test.Standing;
    }

    /// <summary>All or nothing: of all losses of a given mean the ones that vary most.</summary>
    private static double[][] Draw(Random random, bool correlated)
    {
        var tasks = Enumerable.Range(0, Count).Select(_ => random.NextDouble()).ToArray();
        return [.. Expected.Select(mean => tasks.Select(luck => (correlated ? luck : random.NextDouble()) < mean ? 1.0 : 0).ToArray())];
    }
}
