using CodeExit.Completion.Governor;

namespace CodeExit.Tests.Completion.Governor;

public class PowerEvidenceTests
{
    private const double Aim = 50;

    [Fact]
    public void Error_AverageAndLastReadingDisagree_IsNothing()
    {
        var evidence = new PowerEvidence();
        Work(evidence, from: 0, seconds: 3, watts: 40);

        evidence.BeginToken(TimeSpan.FromSeconds(3.02));
        evidence.Add(TimeSpan.FromSeconds(3.02), 70);

        Assert.Equal(0, evidence.Error(TimeSpan.FromSeconds(3.02), Aim));
    }

    [Fact]
    public void Error_LongSpell_IsTheSmallerOfAverageAndLastReading()
    {
        var evidence = new PowerEvidence();
        Work(evidence, from: 0, seconds: 3, watts: 60);

        evidence.BeginToken(TimeSpan.FromSeconds(3.02));
        evidence.Add(TimeSpan.FromSeconds(3.02), 51);

        Assert.Equal(0.02, evidence.Error(TimeSpan.FromSeconds(3.02), Aim), 1e-9);
    }

    [Fact]
    public void Error_FirstMomentsOfTheFirstSpell_KnowOfNoHeadroom()
    {
        var evidence = new PowerEvidence();

        Work(evidence, from: 0, seconds: 0.9, watts: 10);
        var early = evidence.Error(TimeSpan.FromSeconds(0.9), Aim);
        Work(evidence, from: 0.9, seconds: 0.2, watts: 10);

        Assert.Equal((0, -0.8), (early, Math.Round(evidence.Error(TimeSpan.FromSeconds(1.1), Aim), 6)));
    }

    [Theory]
    [InlineData(60, 0)]
    [InlineData(40, -0.2)]
    public void Error_ShortSpellAfterAPause_IsJudgedByTheHighestAverageOfTheOneBefore(double before, double error)
    {
        var evidence = new PowerEvidence();
        Work(evidence, from: 0, seconds: 4, watts: before);
        for (var now = 4.0; now < 5; now += 0.02) evidence.Add(TimeSpan.FromSeconds(now), 5);

        Work(evidence, from: 5, seconds: 0.1, watts: 5);

        Assert.Equal(error, evidence.Error(TimeSpan.FromSeconds(5.1), Aim), 1e-2);
    }

    private static void Work(PowerEvidence evidence, double from, double seconds, double watts)
    {
        for (var i = 0; i < Math.Round(seconds * 50); i++)
        {
            var now = TimeSpan.FromSeconds(from + 0.02 * (i + 1));
            evidence.BeginToken(now);
            evidence.Add(now, watts);
        }
    }
}
