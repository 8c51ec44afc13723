using CodeExit.Completion;

namespace CodeExit.Tests.Completion;

public class CompletionOptionsTests
{
    [Theory]
    [InlineData(null, null, "full", "lossless")]
    [InlineData(null, "lossless", "full", "lossless")]
    [InlineData("full", null, "full", "lossless")]
    [InlineData("fixed:4", null, "fixed:4", "custom")]
    public void PolicySpec_PolicyOrMode_GivesBothNames(string? policy, string? mode, string spec, string modeName)
    {
        var options = new CompletionOptions { Policy = policy, Mode = mode };

        options.Validate();

        Assert.Equal((spec, modeName), (options.PolicySpec, options.ModeName));
    }

    public static TheoryData<CompletionOptions, string> Bad => new()
    {
        { new() { MaxTokens = 0 }, "max tokens must be at least 1" },
        { new() { PromptTokens = 3 }, "prompt tokens must be at least 16" },
        { new() { Temperature = float.NaN }, "temperature must be" },
        { new() { Temperature = -1 }, "temperature must be" },
        { new() { TopP = 0 }, "top-p must be" },
        { new() { Policy = "rl:0.9" }, "policy 'rl:0.9' is not available" },
        { new() { Mode = "saver" }, "mode 'saver' needs a calibrated policy" },
        { new() { Mode = "fast" }, "mode 'fast' is not known; use lossless" },
        { new() { Mode = "lossless", Policy = "full" }, "give one of them" },
    };

    [Theory]
    [MemberData(nameof(Bad))]
    public void Validate_BadOption_NamesItAndWhatWouldBeRight(CompletionOptions options, string said)
    {
        var error = Assert.ThrowsAny<ArgumentException>(options.Validate);

        Assert.Contains(said, error.Message);
    }
}
