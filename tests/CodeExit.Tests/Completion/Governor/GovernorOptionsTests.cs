using CodeExit.Completion.Governor;
using CodeExit.Tests.Completion.Governor.Simulation;

namespace CodeExit.Tests.Completion.Governor;

public class GovernorOptionsTests
{
    public static TheoryData<GovernorOptions, string[]> Bad => new()
    {
        { new() { PowerCapWatts = 0 }, ["power cap must be a number of watts above 0", "0"] },
        { new() { PowerCapWatts = double.NaN }, ["power cap must be", "NaN"] },
        { new() { BudgetJoules = -2 }, ["budget must be a number of joules above 0", "-2"] },
        { new() { BudgetJoules = double.PositiveInfinity }, ["budget must be"] },
        { new() { BatteryMode = "lossless" }, ["battery mode 'lossless'", "quality, balanced, saver"] },
        { new() { SaverBelowCharge = 30 }, ["saver below charge must be a share from 0 to 1", "30"] },
        { new() { PauseBelowCharge = 0.4 }, ["pause below charge must be from 0 to where saver begins, 0.3", "0.4"] },
        { new() { PauseBelowCharge = double.NaN }, ["pause below charge must be", "NaN"] },
    };

    [Theory]
    [MemberData(nameof(Bad))]
    public void New_BadOption_NamesItItsValueAndWhatWouldBeRight(GovernorOptions options, string[] says)
    {
        var error = Assert.ThrowsAny<ArgumentException>(() => new PriceGovernor(LayerCurve.Ladder, options, KnownEnergy.None));

        Assert.All(says, part => Assert.Contains(part, error.Message));
    }

    [Fact]
    public void Validate_Defaults_AreGood() => new GovernorOptions().Validate();
}
