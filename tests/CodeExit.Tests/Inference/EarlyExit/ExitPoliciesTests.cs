using CodeExit.Inference.EarlyExit;
using CodeExit.Tests.Cli;

namespace CodeExit.Tests.Inference.EarlyExit;

public class ExitPoliciesTests
{
    [Theory]
    [InlineData("full", 8)]
    [InlineData("fixed:1", 1)]
    [InlineData("fixed:5", 5)]
    [InlineData("fixed:8", 8)]
    [InlineData("fixed:5,kv=propagate", 5)]
    [InlineData("skip:3", 8)]
    [InlineData("softmax:0.9", 2)]
    [InlineData("softmax:1,decay=4,kv=backfill", 2)]
    [InlineData("saturation:0,decay=0.5", 1)]
    [InlineData("speculative", 8)]
    [InlineData("speculative:4", 8)]
    [InlineData("speculative:2,draft=15,confidence=0.75", 8)]
    public void Parse_KnownSpec_StopsThereFirstAndKeepsItsSpec(string spec, int layer)
    {
        var policy = ExitPolicies.Parse(spec, Model);

        Assert.Equal(layer, policy.NextStop(0));
        Assert.Equal(spec, policy.Spec);
        Assert.Equal(spec.Contains("propagate") ? SkippedLayers.Propagate : SkippedLayers.BackFill, policy.Skipped);
    }

    [Theory]
    [InlineData("full:1", "full takes no value")]
    [InlineData("full,kv=propagate", "full has no option 'kv'")]
    [InlineData("fixed", "fixed:4")]
    [InlineData("fixed:", "fixed:4")]
    [InlineData("fixed:0", "1 or more")]
    [InlineData("fixed:-1", "1 or more")]
    [InlineData("fixed:two", "fixed:4")]
    [InlineData("fixed:99999999999", "1 or more")]
    [InlineData("fixed:4,kv=both", "propagate or backfill")]
    [InlineData("fixed:4,kv=propagate,kv=backfill", "given twice")]
    [InlineData("fixed:4,decay=4", "no option 'decay'")]
    [InlineData("fixed:4,", "'' is not an option")]
    [InlineData("fixed:9", "from 1 to 8")]
    [InlineData("skip:9", "from 1 to 8")]
    [InlineData("softmax", "from 0 to 1")]
    [InlineData("softmax:1.1", "from 0 to 1")]
    [InlineData("softmax:-0.1", "from 0 to 1")]
    [InlineData("softmax:NaN", "from 0 to 1")]
    [InlineData("softmax:0,9", "'9' is not an option")]
    [InlineData("softmax:0.9,decay=0", "above 0")]
    [InlineData("saturation:high", "from 0 to 1")]
    [InlineData("speculative:", "1 or more")]
    [InlineData("speculative:0", "1 or more")]
    [InlineData("speculative:3", "K must be one of 2, 4")]
    [InlineData("speculative:8", "K must be one of 2, 4")]
    [InlineData("speculative:9", "K must be one of 2, 4")]
    [InlineData("speculative,draft=0", "draft must be a number of tokens from 1 to 15")]
    [InlineData("speculative,draft=16", "draft must be a number of tokens from 1 to 15")]
    [InlineData("speculative,draft=few", "draft must be a number of tokens from 1 to 15")]
    [InlineData("speculative,confidence=1.5", "confidence must be a probability from 0 to 1")]
    [InlineData("speculative,kv=propagate", "no option 'kv'")]
    [InlineData("classifier", "from 0 to 1")]
    [InlineData("rl:1.5", "from 0 to 1")]
    [InlineData("rl:0.9,decay=4", "no option 'decay'")]
    [InlineData("price", "P must be a price from 0 to 1")]
    [InlineData("price:-1", "P must be a price from 0 to 1")]
    [InlineData("sequence:", "from 0 to 1")]
    [InlineData("full,stop=2", "stop must be a probability from 0 to 1")]
    [InlineData("full,stop=", "stop must be a probability from 0 to 1")]
    [InlineData("", "full, fixed:K")]
    [InlineData("Full", "not known")]
    public void Parse_BadSpec_NamesItAndWhatWouldBeRight(string spec, string said)
    {
        var error = Assert.Throws<ArgumentException>(() => ExitPolicies.Parse(spec, Model));

        Assert.StartsWith($"policy '{spec}'", error.Message);
        Assert.Contains(said, error.Message);
    }

    [Theory]
    [InlineData("softmax:0.9")]
    [InlineData("saturation:0.9")]
    [InlineData("speculative")]
    [InlineData("speculative:4")]
    public void Parse_ModelWithoutExits_SaysThatItHasNone(string spec)
    {
        var error = Assert.Throws<ArgumentException>(() => ExitPolicies.Parse(spec, Model with { ExitLayers = [8] }));

        Assert.Contains("exits.json", error.Message);
    }

    [Theory]
    [InlineData("classifier:0.5", "classifier.2")]
    [InlineData("rl:0.9", "rl")]
    [InlineData("price:0.1", "price.2")]
    [InlineData("sequence", "sequence")]
    [InlineData("full,stop=0.9", "stop.2")]
    public void Parse_PolicyThatWasNotLearned_SaysWhatIsMissing(string spec, string probe)
    {
        var error = Assert.Throws<ArgumentException>(() => ExitPolicies.Parse(spec, Model));

        Assert.Contains($"needs '{probe}', which was not learned", error.Message);
        Assert.Contains("codeexit tune", error.Message);
        Assert.Contains("use full, fixed:K", error.Message);
    }

    [Fact]
    public void Parse_Oracle_SaysWhereItCanBeMeasured() =>
        Assert.Contains("bench policies", Assert.Throws<ArgumentException>(() => ExitPolicies.Parse("oracle")).Message);

    private static CodeExit.Inference.Models.ModelConfig Model => TestConfig.Create(vocabulary: 10, context: 64, layers: 8) with { ExitLayers = [2, 4, 8] };
}
