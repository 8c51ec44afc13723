namespace CodeExit.Inference.EarlyExit;

/// <summary>
/// <c>softmax:T</c>, CALM's softmax response: exit where the probabilities of the two likeliest tokens are at least T apart. Each look
/// costs a whole product with the LM head, which on a model of a large vocabulary is several layers' work.
/// </summary>
public sealed class SoftmaxPolicy : ConfidencePolicy
{
    public const string Name = "softmax";

    internal SoftmaxPolicy(PolicySpec spec) : base(spec)
    {
    }

    public override ExitAction Decide(ExitView view) => ExitIf(ExitMeasure.Softmax, view.Certainty.Gap, view);
}
