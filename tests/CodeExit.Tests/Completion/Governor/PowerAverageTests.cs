using CodeExit.Completion.Governor;

namespace CodeExit.Tests.Completion.Governor;

public class PowerAverageTests
{
    [Theory]
    [InlineData(10)]
    [InlineData(97)]
    [InlineData(500)]
    public void Add_StepOfPower_HasFollowedBy63PercentAfterHalfASecondWhateverTheSpacing(int milliseconds)
    {
        var average = new PowerAverage();
        average.Add(TimeSpan.Zero, 100);
        var at = TimeSpan.Zero;

        while (at < TimeSpan.FromSeconds(0.5)) average.Add(at += TimeSpan.FromMilliseconds(milliseconds), 200);

        Assert.Equal(200 - 100 * Math.Exp(-at.TotalSeconds / 0.5), average.Watts, 1e-9);
    }

    [Fact]
    public void Add_SampleOfThePast_IsIgnored()
    {
        var average = new PowerAverage();
        average.Add(TimeSpan.FromSeconds(2), 50);

        var elapsed = average.Add(TimeSpan.FromSeconds(1), 500);

        Assert.Equal((TimeSpan.Zero, 50, TimeSpan.FromSeconds(2)), (elapsed, average.Watts, average.Last));
    }
}
