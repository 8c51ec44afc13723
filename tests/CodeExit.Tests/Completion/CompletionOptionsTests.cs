using CodeExit.Completion;
using CodeExit.Completion.Calibration;
using CodeExit.Tests.Completion.Calibration;

namespace CodeExit.Tests.Completion;

public class CompletionOptionsTests
{
    private static readonly CalibratedMode Fixed = CalibratedModesTests.Mode("fixed:4");

    [Theory]
    [InlineData(null, null, "full", "lossless", "the default with a model that was not calibrated for balanced", "fixed:4", "balanced", "the default with a model that was calibrated for it")]
    [InlineData(null, "lossless", "full", "lossless", "asked for", "full", "lossless", "asked for")]
    [InlineData("full", null, "full", "lossless", "the policy was asked for", "full", "lossless", "the policy was asked for")]
    [InlineData("fixed:3", null, "fixed:3", "custom", "the policy was asked for", "fixed:3", "custom", "the policy was asked for")]
    public void Choose_PolicyOrMode_GivesBothNamesAndWhy(
        string? policy, string? mode, string plainPolicy, string plainMode, string plainReason, string calibratedPolicy, string calibratedMode, string calibratedReason)
    {
        var options = new CompletionOptions { Policy = policy, Mode = mode };

        options.Validate();

        Assert.Equal(new PolicyChoice(plainMode, plainPolicy) { Reason = plainReason }, options.Choose(CalibratedModes.None));
        Assert.Equal(
            new PolicyChoice(calibratedMode, calibratedPolicy, calibratedMode == "balanced" ? Fixed : null) { Reason = calibratedReason },
            options.Choose(new CalibratedModes([new("balanced", Fixed)])));
    }

    [Theory]
    [InlineData("quality")]
    [InlineData("balanced")]
    [InlineData("saver")]
    public void Choose_ModeThatTheModelWasNotCalibratedFor_SaysWhatToRun(string mode)
    {
        var options = new CompletionOptions { Mode = mode };
        options.Validate();

        var other = mode == "saver" ? "quality" : "saver";
        var error = Assert.Throws<ArgumentException>(() => options.Choose(new CalibratedModes([new(other, Fixed)])));

        Assert.Contains($"mode '{mode}' needs a calibrated policy, which this model does not have; run codeexit calibrate --mode {mode}", error.Message);
    }

    public static TheoryData<CompletionOptions, string> Bad => new()
    {
        { new() { MaxTokens = 0 }, "max tokens must be at least 1" },
        { new() { PromptTokens = 3 }, "prompt tokens must be at least 16" },
        { new() { Temperature = float.NaN }, "temperature must be" },
        { new() { Temperature = -1 }, "temperature must be" },
        { new() { TopP = 0 }, "top-p must be" },
        { new() { Policy = "oracle" }, "policy 'oracle' knows the answer" },
        { new() { Mode = "auto" }, "mode 'auto' is not available: this version gives its governor no readings of power" },
        { new() { Mode = "fast" }, "mode 'fast' is not known; use lossless, or quality, balanced, saver with a model that was calibrated" },
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
