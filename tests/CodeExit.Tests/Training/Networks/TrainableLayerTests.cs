using CodeExit.Training.Networks;

namespace CodeExit.Tests.Training.Networks;

public sealed class TrainableLayerTests
{
    /// <summary>
    /// W = 0 at first, so y = 0. Then by hand for x = (1, 2), (3, 4) and dy = (1), (−2): dW = 1·(1, 2) − 2·(3, 4) = (−5, −6), db = −1.
    /// </summary>
    [Fact]
    public void Backward_TwoRows_GivesTheGradientWorkedOutByHand()
    {
        var layer = new TrainableLayer(2, 1, 0, new Random(1), epsilon: 1e6f);
        var (x, y, dx) = (new float[] { 1, 2, 3, 4 }, new float[] { 7, 7 }, new float[] { 7, 7, 7, 7 });

        layer.Forward(x, 2, y);
        Assert.Equal([0, 0], y);
        layer.Backward(x, [1, -2], 2, dx);
        Assert.Equal([0, 0, 0, 0], dx);
        Assert.Equal(25 + 36 + 1, layer.GradientSquares, 1e-4);

        layer.Step(1e6f);
        Assert.Equal(5, layer.Weights[0], 1e-4);
        Assert.Equal(6, layer.Weights[1], 1e-4);
        Assert.Equal(1, layer.Bias[0], 1e-4);

        // y = (5, 6) · x + 1, and its gradient by x is (5, 6) · dy.
        layer.Forward(x, 2, y);
        Assert.Equal(18, y[0], 1e-3);
        Assert.Equal(40, y[1], 1e-3);
        layer.Backward(x, [1, -2], 2, dx);
        foreach (var (expected, actual) in new double[] { 5, 6, -10, -12 }.Zip(dx)) Assert.Equal(expected, actual, 1e-3);
    }

    [Fact]
    public void StepWeights_GradientOfBoth_LeavesTheBiasesAtZero()
    {
        var layer = new TrainableLayer(2, 1, 0, new Random(1), epsilon: 1e6f);
        layer.Backward([1, 2], [3], 1, null);

        layer.StepWeights(1e6f);

        Assert.Equal(0, layer.Bias[0]);
        Assert.Equal(-3, layer.Weights[0], 1e-4);
        Assert.Equal(-6, layer.Weights[1], 1e-4);
    }
}
