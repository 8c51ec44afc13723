using CodeExit.Completion;

namespace CodeExit.Tests.Completion;

public class CompletionOptionsTests
{
    public static TheoryData<CompletionOptions, string> Bad => new()
    {
        { new() { MaxTokens = 0 }, "max tokens must be at least 1" },
        { new() { PromptTokens = 3 }, "prompt tokens must be at least 16" },
        { new() { Temperature = float.NaN }, "temperature must be" },
        { new() { Temperature = -1 }, "temperature must be" },
        { new() { TopP = 0 }, "top-p must be" },
        { new() { Depth = new() { Policy = "oracle" } }, "policy 'oracle' knows the answer" },
    };

    [Theory]
    [MemberData(nameof(Bad))]
    public void Validate_BadOption_NamesItAndWhatWouldBeRight(CompletionOptions options, string said)
    {
        var error = Assert.ThrowsAny<ArgumentException>(options.Validate);

        Assert.Contains(said, error.Message);
    }
}
