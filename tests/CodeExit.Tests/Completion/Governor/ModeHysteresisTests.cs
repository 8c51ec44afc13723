using CodeExit.Completion.Governor;
using CodeExit.Inference.EarlyExit;
using CodeExit.Tests.Completion.Governor.Simulation;

namespace CodeExit.Tests.Completion.Governor;

public class ModeHysteresisTests
{
    [Theory]
    [InlineData(0.01f, "quality")]
    [InlineData(0.014f, "quality")]
    [InlineData(0.03f, "balanced")]
    [InlineData(0.1f, "balanced")]
    [InlineData(0.5f, "saver")]
    [InlineData(1f, "saver")]
    public void Update_Price_NamesTheNearestMode(float price, string mode)
    {
        var named = new ModeHysteresis(LayerCurve.Ladder);

        named.Update(TimeSpan.Zero, PriceProbes.Feature(price), emergency: false);

        Assert.Equal(mode, named.Mode);
    }

    [Fact]
    public void Update_PriceAroundTheMiddle_KeepsTheName()
    {
        var named = new ModeHysteresis(LayerCurve.Ladder);
        var middle = Math.Sqrt(0.03 * 1);

        for (var i = 0; i < 100; i++)
        {
            named.Update(TimeSpan.FromSeconds(20 * i), PriceProbes.Feature((float)(middle * (i % 2 == 0 ? 0.7 : 1.4))), emergency: false);
            Assert.Equal("balanced", named.Mode);
        }
    }

    [Fact]
    public void Update_AnyPrices_ChangesOnceInTenSeconds()
    {
        var named = new ModeHysteresis(LayerCurve.Ladder);
        var random = new Random(1);
        var (last, changes) = (-10.0, 0);
        for (var now = 0.0; now < 600; now += 0.05)
        {
            var before = named.Mode;
            named.Update(TimeSpan.FromSeconds(now), PriceProbes.Feature((float)Math.Exp(-5 * random.NextDouble())), emergency: false);
            if (named.Mode == before) continue;
            Assert.True(now - last >= 9.999, $"{last} and {now}");
            (last, changes) = (now, changes + 1);
        }
        Assert.InRange(changes, 30, 60);
    }

    [Fact]
    public void Update_Emergency_NamesACheaperModeAtOnceAndADearerOneLater()
    {
        var named = new ModeHysteresis(LayerCurve.Ladder);
        named.Update(TimeSpan.FromSeconds(1), PriceProbes.Feature(0.01f), emergency: false);

        named.Update(TimeSpan.FromSeconds(2), PriceProbes.Feature(1), emergency: true);
        var cheaper = named.Mode;
        named.Update(TimeSpan.FromSeconds(3), PriceProbes.Feature(0.01f), emergency: true);

        Assert.Equal(("saver", "saver"), (cheaper, named.Mode));
    }
}
