using CodeExit.Completion.Calibration;
using CodeExit.Completion.Governor;
using CodeExit.Tests.Completion.Calibration;

namespace CodeExit.Tests.Completion.Governor;

public class PriceLadderTests
{
    [Fact]
    public void From_ModesCalibratedAsPrices_TakesTheirPricesAndLayers()
    {
        var ladder = PriceLadder.From(Modes("price:0.01,kv=propagate", "price:0.03,kv=propagate", "price:1"), layerCount: 12);

        Assert.Equal([("quality", 0.01f), ("balanced", 0.03f), ("saver", 1f)], ladder.Steps.Select(step => (step.Mode, step.Price)));
        Assert.All(ladder.Steps, step => Assert.Equal(12 * 0.62, step.LayersPerToken, 1e-9));
    }

    [Theory]
    [InlineData("price:0.01", "fixed:4", "price:1", "'balanced' is fixed:4; run codeexit calibrate")]
    [InlineData("price:0.01", "price:0.03", null, "'saver' is not calibrated; run codeexit calibrate")]
    [InlineData("price:0.03", "price:0.03", "price:1", "mode 'balanced' has the price 0.03; it must be above that of 'quality', 0.03")]
    public void From_ModesThatAreNoRisingPrices_SaysWhatToDo(string? quality, string? balanced, string? saver, string says)
    {
        var error = Assert.Throws<ArgumentException>(() => PriceLadder.From(Modes(quality, balanced, saver), layerCount: 12));

        Assert.Contains(says, error.Message);
    }

    private static CalibratedModes Modes(string? quality, string? balanced, string? saver) => new(
        ((string Name, string? Policy)[])[("quality", quality), ("balanced", balanced), ("saver", saver)] is var modes
            ? modes.Where(mode => mode.Policy is not null).Select(mode => KeyValuePair.Create(mode.Name, CalibratedModesTests.Mode(mode.Policy!)))
            : []);
}
