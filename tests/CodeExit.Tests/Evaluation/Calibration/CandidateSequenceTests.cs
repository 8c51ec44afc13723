using CodeExit.Evaluation.Calibration;
using CodeExit.Tests.Cli;

namespace CodeExit.Tests.Evaluation.Calibration;

public sealed class CandidateSequenceTests
{
    [Theory]
    [InlineData("softmax", "softmax:1", "softmax:0.99", "softmax:0")]
    [InlineData("saturation,kv=propagate", "saturation:1,kv=propagate", "saturation:0.99,kv=propagate", "saturation:0,kv=propagate")]
    [InlineData("skip", "skip:2", "skip:1", "skip:1")]
    [InlineData("fixed", "fixed:2", null, "fixed:2")]
    public void Of_Kind_BeginsWithTheSafest(string kind, string first, string? second, string last)
    {
        var specs = CandidateSequence.Of(kind, TestConfig.Create(vocabulary: 8, context: 16, layers: 3)).Specs;

        Assert.Equal((first, second, last), (specs[0], specs.ElementAtOrDefault(1), specs[^1]));
        Assert.Equal(specs.Count, specs.Distinct().Count());
    }

    [Theory]
    [InlineData("softmax:0.9,decay=4", "write softmax,decay=4")]
    [InlineData("full", "no value to be found")]
    [InlineData("fast", "policy 'fast:1' is not known")]
    [InlineData("softmax,decay=0", "decay must be")]
    public void Of_WhatCannotBeCalibrated_SaysWhy(string kind, string said) => Assert.Contains(
        said, Assert.Throws<ArgumentException>(() => CandidateSequence.Of(kind, TestConfig.Create(vocabulary: 8, context: 16, layers: 3))).Message);

    [Theory]
    [InlineData("fixed")]
    [InlineData("softmax")]
    public void Of_ModelWithoutExits_NamesTheFile(string kind)
    {
        var config = TestConfig.Create(vocabulary: 8, context: 16, layers: 3) with { ExitLayers = [3] };

        Assert.Contains("exits.json", Assert.Throws<ArgumentException>(() => CandidateSequence.Of(kind, config)).Message);
    }
}
