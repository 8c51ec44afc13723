using CodeExit.Inference.EarlyExit;

namespace CodeExit.Tests.Inference.EarlyExit;

public class ExitPoliciesTests
{
    [Theory]
    [InlineData("full", 8)]
    [InlineData("fixed:1", 1)]
    [InlineData("fixed:5", 5)]
    [InlineData("fixed:8", 8)]
    public void Parse_KnownSpec_ExitsThereAndKeepsItsSpec(string spec, int layer)
    {
        var policy = ExitPolicies.Parse(spec, 8);

        Assert.Equal(layer, policy.ExitLayer(8));
        Assert.Equal(spec, policy.Spec);
    }

    [Theory]
    [InlineData("full:1", "full takes no value")]
    [InlineData("fixed", "fixed:4")]
    [InlineData("fixed:", "fixed:4")]
    [InlineData("fixed:0", "1 or more")]
    [InlineData("fixed:-1", "1 or more")]
    [InlineData("fixed:two", "fixed:two")]
    [InlineData("fixed:99999999999", "fixed:99999999999")]
    [InlineData("fixed:4,kv=propagate", "fixed:4,kv=propagate")]
    [InlineData("fixed:9", "from 1 to 8")]
    [InlineData("", "full or fixed:K")]
    [InlineData("Full", "not known")]
    public void Parse_BadSpec_NamesItAndWhatWouldBeRight(string spec, string said)
    {
        var error = Assert.Throws<ArgumentException>(() => ExitPolicies.Parse(spec, 8));

        Assert.StartsWith($"policy '{spec}'", error.Message);
        Assert.Contains(said, error.Message);
    }

    [Theory]
    [InlineData("softmax:0.9")]
    [InlineData("softmax:0.9,decay=4")]
    [InlineData("saturation:0.9")]
    [InlineData("classifier:0.5")]
    [InlineData("rl:0.9")]
    [InlineData("sequence")]
    [InlineData("skip:2")]
    [InlineData("speculative")]
    [InlineData("oracle")]
    public void Parse_PolicyNotAvailableHere_SaysWhatIs(string spec)
    {
        var error = Assert.Throws<ArgumentException>(() => ExitPolicies.Parse(spec));

        Assert.Contains("not available", error.Message);
        Assert.Contains("use full or fixed:K", error.Message);
    }
}
