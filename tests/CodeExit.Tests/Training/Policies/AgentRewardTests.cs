using CodeExit.Training.Policies;

namespace CodeExit.Tests.Training.Policies;

/// <summary>GREEN-CODE's reward (2501.11006, env_rand_alignment), case by case.</summary>
public sealed class AgentRewardTests
{
    private const int Layers = 8;

    /// <summary>α = 2, β = 3, γ = 0.5, ε = 0.1: all is divided by γ · layers = 4.</summary>
    private static readonly AgentReward Odd = new() { Late = 2, Early = 3, Further = 0.5f };

    [Theory]
    [InlineData(4, 4, true, 1 / 4.0)]
    [InlineData(6, 4, true, -2 * 2 / 4.0)] // two layers late
    [InlineData(8, 2, true, -2 * 6 / 4.0)]
    [InlineData(2, 5, false, -3 * 3 / 4.0)] // three layers early
    [InlineData(4, 5, false, -3 / 4.0)]
    [InlineData(6, 4, false, -0.1 / 4.0)] // late, and wrong after all
    public void Exit_OfEachCase_IsTheFormulas(int layer, int first, bool agrees, double expected) =>
        Assert.Equal(expected, Odd.Exit(layer, first, agrees, Layers), 1e-6);

    [Theory]
    [InlineData(2, 4, 4, 1 / 4.0)]
    [InlineData(2, 6, 4, 1 / 4.0)] // before l*, though the next exit is behind it
    [InlineData(4, 6, 4, -0.5 * 2 / 4.0)]
    [InlineData(6, 8, 4, -0.5 * 4 / 4.0)] // the longer, the worse
    public void Continue_OfEachCase_IsTheFormulas(int layer, int next, int first, double expected) =>
        Assert.Equal(expected, Odd.Continue(layer, next, first, Layers), 1e-6);

    [Fact]
    public void Defaults_AreThePapers()
    {
        var reward = new AgentReward();

        Assert.Equal(1 / 28.0, reward.Exit(5, 5, true, 28), 1e-6);
        Assert.Equal(-4 / 28.0, reward.Exit(9, 5, true, 28), 1e-6);
        Assert.Equal(-2 / 28.0, reward.Exit(3, 5, false, 28), 1e-6);
        Assert.Equal(-0.1 / 28, reward.Exit(9, 5, false, 28), 1e-6);
        Assert.Equal(1 / 28.0, reward.Continue(3, 5, 5, 28), 1e-6);
        Assert.Equal(-4 / 28.0, reward.Continue(7, 9, 5, 28), 1e-6);
    }
}
