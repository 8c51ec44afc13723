using CodeExit.Cli.Output;
using CodeExit.Inference.EarlyExit;

namespace CodeExit.Tests.Cli;

public sealed class EvidenceTextTests
{
    [Theory]
    [InlineData(ExitMeasure.Softmax, 0.41f, 0.8f, "softmax p1−p2 0.41 < 0.80")]
    [InlineData(ExitMeasure.Softmax, 0.8f, 0.8f, "softmax p1−p2 0.80 ≥ 0.80")]
    [InlineData(ExitMeasure.Saturation, 0.97f, 0.99f, "saturation cosine 0.97 < 0.99")]
    [InlineData(ExitMeasure.Saturation, 0.9888f, 0.99f, "saturation cosine 0.989 < 0.990")]
    [InlineData(ExitMeasure.Classifier, 0.72f, 0.7f, "classifier 0.72 ≥ 0.70")]
    [InlineData(ExitMeasure.Agent, 0.55f, 0.9f, "rl p(exit) 0.55 ≤ 0.90")]
    [InlineData(ExitMeasure.Agent, 0.9f, 0.9f, "rl p(exit) 0.90 ≤ 0.90")]
    [InlineData(ExitMeasure.Agent, 0.95f, 0.9f, "rl p(exit) 0.95 > 0.90")]
    [InlineData(ExitMeasure.Look, 0.3f, 0f, "price: expects reading out to pay, 0.30 > 0.00")]
    [InlineData(ExitMeasure.Look, -0.3f, 0f, "price: expects reading out not to pay, -0.30 ≤ 0.00")]
    [InlineData(ExitMeasure.Price, 0.3f, 0f, "price: expects leaving to be cheaper, 0.30 > 0.00")]
    [InlineData(ExitMeasure.Price, -0.3f, 0f, "price: expects going on to be cheaper, -0.30 ≤ 0.00")]
    [InlineData(ExitMeasure.Sequence, 0.93f, 0.9f, "sequence keeps 0.93 ≥ 0.90 → layer 8")]
    [InlineData(ExitMeasure.Stop, 0.4f, 0.9f, "stop p(wrong) 0.40 < 0.90")]
    public void Reason_OfAMeasure_SetsItAgainstItsThreshold(ExitMeasure measure, float value, float threshold, string expected) =>
        Assert.Equal(expected, EvidenceText.Reason(new(4, ExitAction.Continue, new(measure, value, threshold, Depth: 8)), layers: 12));

    [Theory]
    [InlineData(4, ExitAction.Continue, "only looks")]
    [InlineData(4, ExitAction.Exit, "by design")]
    [InlineData(12, ExitAction.Exit, "by design: the last layer")]
    public void Reason_WithoutMeasure_IsThePolicysDesign(int layer, ExitAction action, string expected) =>
        Assert.Equal(expected, EvidenceText.Reason(new(layer, action, default), layers: 12));

    [Fact]
    public void Name_OfEveryMeasure_IsAnother()
    {
        var names = Enum.GetValues<ExitMeasure>().Select(EvidenceText.Name).ToArray();

        Assert.Null(names[0]);
        Assert.Equal(names.Length, names.Distinct().Count());
    }
}
