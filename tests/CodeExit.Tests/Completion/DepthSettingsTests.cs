using CodeExit.Completion;
using CodeExit.Completion.Calibration;
using CodeExit.Tests.Completion.Calibration;

namespace CodeExit.Tests.Completion;

public class DepthSettingsTests
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
        var settings = new DepthSettings { Policy = policy, Mode = mode };

        settings.Validate();

        Assert.Equal(new PolicyChoice(plainMode, plainPolicy) { Reason = plainReason }, settings.Choose(CalibratedModes.None));
        Assert.Equal(
            new PolicyChoice(calibratedMode, calibratedPolicy, calibratedMode == "balanced" ? Fixed : null) { Reason = calibratedReason },
            settings.Choose(new CalibratedModes([new("balanced", Fixed)])));
    }

    [Theory]
    [InlineData("quality")]
    [InlineData("balanced")]
    [InlineData("saver")]
    public void Choose_ModeThatTheModelWasNotCalibratedFor_SaysWhatToRun(string mode)
    {
        var settings = new DepthSettings { Mode = mode };
        settings.Validate();

        var other = mode == "saver" ? "quality" : "saver";
        var error = Assert.Throws<ArgumentException>(() => settings.Choose(new CalibratedModes([new(other, Fixed)])));

        Assert.Contains($"mode '{mode}' needs a calibrated policy, which this model does not have; run codeexit calibrate --mode {mode}", error.Message);
    }

    [Theory]
    [InlineData("auto", null, null, true)]
    [InlineData(null, 60.0, null, true)]
    [InlineData(null, null, 0.5, true)]
    [InlineData("saver", null, null, false)]
    [InlineData(null, null, null, false)]
    public void Choose_NameOrLimit_LeavesItToTheGovernor(string? mode, double? watts, double? joules, bool isAuto)
    {
        var settings = new DepthSettings { Mode = mode, PowerCapWatts = watts, BudgetJoules = joules };
        settings.Validate();
        var saver = Fixed with { Tolerance = 0.15 };

        var choice = settings.Choose(new CalibratedModes([new("balanced", Fixed), new("saver", saver)]));

        Assert.Equal(isAuto, settings.IsAuto);
        // It never goes beyond saver's price, so it promises what saver does.
        if (isAuto) Assert.Equal(new PolicyChoice("auto", "fixed:4", saver) { Reason = "asked for" }, choice);
        else Assert.NotEqual("auto", choice.Mode);
    }

    [Fact]
    public void Choose_AutoWithAModelThatWasNotCalibrated_SaysWhatToRun()
    {
        var error = Assert.Throws<ArgumentException>(() => new DepthSettings { Mode = "auto" }.Choose(CalibratedModes.None));

        Assert.Contains("run codeexit calibrate --source DIR", error.Message);
    }

    public static TheoryData<DepthSettings, string> Bad => new()
    {
        { new() { Policy = "oracle" }, "policy 'oracle' knows the answer" },
        { new() { Mode = "fast" }, "mode 'fast' is not known; use lossless, or quality, balanced, saver or auto with a model that was calibrated" },
        { new() { Mode = "lossless", Policy = "full" }, "give one of them" },
        { new() { Mode = "saver", PowerCapWatts = 60 }, "a power cap is kept by mode 'auto', and mode 'saver' is asked for" },
        { new() { Policy = "full", BudgetJoules = 2 }, "a budget is kept by mode 'auto', and policy 'full' is asked for" },
        { new() { PowerCapWatts = 0 }, "power cap must be" },
        { new() { Mode = "auto", BudgetJoules = double.NaN }, "budget must be" },
    };

    [Theory]
    [MemberData(nameof(Bad))]
    public void Validate_BadSettings_NamesThemAndWhatWouldBeRight(DepthSettings settings, string said)
    {
        var error = Assert.ThrowsAny<ArgumentException>(settings.Validate);

        Assert.Contains(said, error.Message);
    }

    private static readonly DepthSettings Own = new() { Mode = "auto", PowerCapWatts = 60 };

    public static TheoryData<DepthSettings, DepthSettings, DepthSettings> Asked => new()
    {
        { new(), Own, Own },
        { new() { PauseOnBattery = true }, Own, Own with { PauseOnBattery = true } },
        { new() { Mode = "saver" }, Own, new() { Mode = "saver" } },
        { new() { Mode = "auto" }, Own, Own },
        { new() { BudgetJoules = 2 }, Own, new() { BudgetJoules = 2, PowerCapWatts = 60 } },
        { new() { Mode = "auto", PowerCapWatts = 80 }, Own, Own with { PowerCapWatts = 80 } },
        { new() { Mode = "quality" }, new() { PauseOnBattery = true }, new() { Mode = "quality", PauseOnBattery = true } },
        { new() { Mode = "auto" }, new() { Policy = "full" }, new() { Mode = "auto" } },
    };

    /// <summary>A connection's choice stands; what it leaves open is the service's.</summary>
    [Theory]
    [MemberData(nameof(Asked))]
    public void Or_SettingsOfARequest_StandWhereTheySaySomething(DepthSettings asked, DepthSettings own, DepthSettings expected) =>
        Assert.Equal(expected, asked.Or(own));
}
