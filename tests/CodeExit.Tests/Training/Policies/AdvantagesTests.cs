using CodeExit.Training.Policies;

namespace CodeExit.Tests.Training.Policies;

public sealed class AdvantagesTests
{
    /// <summary>By hand from the last: 3 + 2 − 2; 2 − 1, as that decision ended its episode; 1 + 0.5 − 0.5 + 0.25 · 1.</summary>
    [Fact]
    public void Estimate_EpisodeThatEndsInTheMiddle_GivesTheAdvantagesWorkedOutByHand()
    {
        var advantages = new float[3];

        Advantages.Estimate([1, 2, 3], [false, true, false], [0.5f, 1, 2, 4], discount: 0.5f, trace: 0.5f, advantages);

        Assert.Equal([1.25f, 1, 3], advantages);
    }

    /// <summary>With λ = 1 it is what was really gained, discounted, less what was expected; with λ = 0 the surprise of one step.</summary>
    [Theory]
    [InlineData(0f)]
    [InlineData(1f)]
    public void Estimate_EndsOfTheTrace_AreReturnAndSurprise(float trace)
    {
        var random = new Random(1);
        var (rewards, values, advantages) = (random.Normals(20), random.Normals(21), new float[20]);

        Advantages.Estimate(rewards, new bool[20], values, 0.9f, trace, advantages);

        for (var step = 0; step < 20; step++)
        {
            var until = trace > 0 ? 20 : step + 1;
            var gained = Math.Pow(0.9, until - step) * values[until];
            for (var later = step; later < until; later++) gained += Math.Pow(0.9, later - step) * rewards[later];
            Assert.Equal(gained - values[step], advantages[step], 1e-4);
        }
    }
}
