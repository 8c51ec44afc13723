using CodeExit.Inference.Decoding;

namespace CodeExit.Tests.Inference.Decoding;

public sealed class LargestLogitTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(16)]
    [InlineData(37)]
    [InlineData(4099)]
    public void IndexIn_RandomLogits_IsThatOfThePlainLoop(int count)
    {
        var random = new Random(count);
        for (var round = 0; round < 200; round++)
        {
            // Few different values, so that equals are common.
            float[] logits = [.. Enumerable.Range(0, count).Select(_ => random.Next(-40, count < 100 ? -30 : 0) / 2f)];
            var expected = 0;
            for (var i = 1; i < count; i++)
            {
                if (logits[i] > logits[expected]) expected = i;
            }
            Assert.Equal(expected, LargestLogit.IndexIn(logits));
        }
    }

    [Fact]
    public void IndexIn_NegativeInfinities_IsTheFirst() => Assert.Equal(0, LargestLogit.IndexIn(Enumerable.Repeat(float.NegativeInfinity, 40).ToArray()));

    [Fact]
    public void IndexIn_Nothing_IsRefused() => Assert.Throws<ArgumentException>(() => LargestLogit.IndexIn([]));
}
