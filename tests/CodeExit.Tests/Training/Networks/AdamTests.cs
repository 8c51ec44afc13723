using CodeExit.Training.Networks;

namespace CodeExit.Tests.Training.Networks;

public sealed class AdamTests
{
    /// <summary>
    /// By hand, gradients 2, −1, 0 and rate 0.1. Means 0.2, 0.08, 0.072 over 0.1, 0.19, 0.271; squares 0.004, 0.004996, 0.004991004 over 0.001,
    /// 0.001999, 0.002997001.
    /// </summary>
    [Fact]
    public void Step_ThreeGradients_MovesAsWorkedOutByHand()
    {
        var adam = new Adam(1);
        var parameter = new[] { 0.5f };

        adam.Step(parameter, [2], 0.1f);
        Assert.Equal(0.4, parameter[0], 1e-5);
        adam.Step(parameter, [-1], 0.1f);
        Assert.Equal(0.4 - 0.1 * 0.4210526 / 1.5809017, parameter[0], 1e-5);
        adam.Step(parameter, [0], 0.1f);
        Assert.Equal(0.3733663 - 0.1 * 0.2656827 / 1.2904777, parameter[0], 1e-5);
    }

    [Fact]
    public void Step_LargeEpsilon_DampsSmallGradients()
    {
        var adam = new Adam(3, epsilon: 1);
        var parameters = new[] { 1f, 1, 1 };

        adam.Step(parameters, [1, -3, 0], 0.4f);

        Assert.Equal(0.8, parameters[0], 1e-5); // 1 − 0.4 · 1 / (1 + 1)
        Assert.Equal(1.3, parameters[1], 1e-5); // 1 + 0.4 · 3 / (3 + 1)
        Assert.Equal(1, parameters[2]);
    }
}
