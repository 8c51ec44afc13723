using CodeExit.Inference.EarlyExit.Learned;

namespace CodeExit.Tests.Inference.EarlyExit.Learned;

public sealed class ProbeNetworkTests
{
    /// <summary>Narrow layers, a whole block of 64 outputs, a block and a bit, and no hidden layer.</summary>
    [Theory]
    [InlineData(256, 1)]
    [InlineData(256, 64, 1)]
    [InlineData(257, 64, 64, 2)]
    [InlineData(33, 130, 7)]
    [InlineData(1, 16, 16)]
    public void Evaluate_AnySizes_IsThePlainSum(params int[] sizes)
    {
        var random = new Random(3);
        var layers = sizes.Zip(sizes.Skip(1)).Select(size => (
            Weights: BFloat16(Values(random, size.First * size.Second, 1 / MathF.Sqrt(size.First))), Bias: Values(random, size.Second, 1))).ToArray();
        var network = new ProbeNetwork([.. layers.Select(layer => new ProbeLayer(layer.Weights, layer.Bias))]);
        for (var round = 0; round < 3; round++)
        {
            var input = Values(random, sizes[0], 1);

            var output = network.Evaluate(input).ToArray();

            var expected = input.Select(value => (double)value).ToArray();
            for (var i = 0; i < layers.Length; i++)
            {
                var (weights, bias) = layers[i];
                var inputs = expected;
                expected = [.. bias.Select((b, row) => b + inputs.Select((x, column) => x * weights[row * inputs.Length + column]).Sum())];
                if (i < layers.Length - 1) expected = [.. expected.Select(Math.Tanh)];
            }
            Assert.Equal(expected.Length, output.Length);
            for (var i = 0; i < output.Length; i++) Assert.Equal(expected[i], output[i], 1e-4);
        }
    }

    [Fact]
    public void Evaluate_WideLayer_ComputesWithTheNearestBFloat16()
    {
        // 8 bits of precision, ties to the even one. 1e-30 ≈ 1.2676506 · 2⁻¹⁰⁰, whose neighbours are 162/128 and 163/128.
        (float Weight, float Rounded)[] cases =
        [
            (1, 1), (1 + 1f / 256, 1), (1 + 3f / 256, 1 + 2f / 128), (1 + 1.1f / 256, 1 + 1f / 128), (-3.14159274f, -3.140625f), (0, 0),
            (1e-30f, 162f / 128 * MathF.ScaleB(1, -100)),
        ];
        float[] weights = [.. cases.Select(each => each.Weight), .. new float[16 - cases.Length]];

        var wide = new ProbeNetwork([new ProbeLayer(weights, new float[16])]);
        var narrow = new ProbeNetwork([new ProbeLayer(weights.AsSpan(0, cases.Length), new float[cases.Length])]);

        Assert.Equal(cases.Select(each => each.Rounded), wide.Evaluate([1]).ToArray().Take(cases.Length));
        Assert.Equal(cases.Select(each => each.Weight), narrow.Evaluate([1]).ToArray());
        Assert.Equal(weights, wide.Layers[0].Weights.ToArray());
    }

    [Fact]
    public void Evaluate_ManyTimes_AllocatesNothing()
    {
        var network = new ProbeNetwork([new ProbeLayer(new float[64 * 256], new float[64]), new ProbeLayer(new float[64], new float[1])]);
        var input = new float[256];
        network.Evaluate(input);

        var allocated = LeastOf.AllocatedBytes(() =>
        {
            for (var i = 0; i < 1000; i++) network.Evaluate(input);
        });

        Assert.Equal(0, allocated);
    }

    [Fact]
    public void Constructor_LayersThatDoNotFit_SaysWhich()
    {
        var error = Assert.Throws<ArgumentException>(() => new ProbeNetwork([new ProbeLayer(new float[6], new float[2]), new ProbeLayer(new float[3], new float[1])]));

        Assert.Contains("Layer 1 takes 3 values, but layer 0 gives 2", error.Message);
        Assert.Throws<ArgumentException>(() => new ProbeNetwork([]));
        Assert.Throws<ArgumentException>(() => new ProbeLayer(new float[5], new float[2]));
    }

    [Fact]
    public void Evaluate_InputOfAnotherLength_IsRefused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new ProbeNetwork([new ProbeLayer(new float[6], new float[2])]).Evaluate(new float[4]));

    /// <summary>The upper halves: values that are BF16 already.</summary>
    private static float[] BFloat16(float[] values) =>
        [.. values.Select(value => BitConverter.UInt32BitsToSingle(BitConverter.SingleToUInt32Bits(value) & 0xFFFF0000))];

    private static float[] Values(Random random, int count, float scale) =>
        [.. Enumerable.Range(0, count).Select(_ => (2 * random.NextSingle() - 1) * scale)];
}
