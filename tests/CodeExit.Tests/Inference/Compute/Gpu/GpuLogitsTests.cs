using CodeExit.Inference.Compute.Gpu;
using CodeExit.Inference.Compute.Gpu.OpenCl;

namespace CodeExit.Tests.Inference.Compute.Gpu;

/// <summary>What is asked of logits on the device, against double precision. Tolerances are those of the host's own test.</summary>
public sealed class GpuLogitsTests : IDisposable
{
    private readonly GpuRuntime? _runtime = TestGpu.WhyNone is null ? new GpuRuntime(TestGpu.Device) : null;

    public void Dispose() => _runtime?.Dispose();

    /// <summary>A piece, some more or less than one, many, and the largest vocabularies there are. Three rows, so that each finds its own.</summary>
    [GpuTheory]
    [InlineData(2, 1)]
    [InlineData(50, 0.1)]
    [InlineData(1023, 3)]
    [InlineData(1025, 3)]
    [InlineData(4096, 40)]
    [InlineData(152_000, 10)]
    public void Certainty_RandomRows_IsThatOfDoublePrecision(int vocabulary, double scale)
    {
        var random = new Random(vocabulary);
        float[][] rows = [.. Enumerable.Range(0, 3).Select(_ =>
            Enumerable.Range(0, vocabulary).Select(_ => (float)(scale * (2 * random.NextDouble() - 1) + 40)).ToArray())];
        var logits = Logits(rows);
        for (var row = 0; row < rows.Length; row++)
        {
            var certainty = logits.Certainty(row);

            var sum = rows[row].Sum(logit => Math.Exp(logit - 40.0));
            var probabilities = rows[row].Select(logit => Math.Exp(logit - 40.0) / sum).OrderDescending().ToArray();
            Assert.Equal(Math.Log(probabilities[0]), certainty.LogFirst, 1e-4);
            Assert.Equal(Math.Max(-30, Math.Log(probabilities[1])), certainty.LogSecond, 1e-4);
            Assert.Equal(-probabilities.Sum(p => p * Math.Log(Math.Max(p, double.Epsilon))), certainty.Entropy, 1e-3);
            Assert.Equal(Array.IndexOf(rows[row], rows[row].Max()), logits.Largest(row));
        }
    }

    [GpuFact]
    public void Certainty_AskedAgain_IsTheSameToTheBit()
    {
        var random = new Random(2);
        float[] row = [.. Enumerable.Range(0, 50_000).Select(_ => 5 * random.NextSingle())];
        var logits = Logits(row);
        var first = logits.Certainty(0);
        for (var i = 0; i < 5; i++)
        {
            logits.Fill(1); // as a read-out does
            Assert.Equal(first, logits.Certainty(0));
        }
    }

    /// <summary>Within a lane, between lanes, between groups.</summary>
    [GpuTheory]
    [InlineData(0, 1)]
    [InlineData(3, 4)]
    [InlineData(7, 1022)]
    [InlineData(1000, 2999)]
    [InlineData(2047, 2048)]
    public void Largest_OfEquals_IsTheFirst(int first, int second)
    {
        var row = new float[3000];
        (row[first], row[second]) = (7, 7);
        var logits = Logits(row);

        Assert.Equal(first, logits.Largest(0));
        Assert.Equal(logits.Certainty(0).LogFirst, logits.Certainty(0).LogSecond);
    }

    [GpuFact]
    public void Certainty_OddValues_AreFiniteAndInRange()
    {
        const float None = float.NegativeInfinity;
        float[] one = [None, None, 3, None, None], all = [None, None, None, None, None], lost = [float.NaN, 1, float.NaN, 5, 2];
        float[] nothing = [float.NaN, float.NaN, float.NaN, float.NaN, float.NaN], most = [-500, 700, -500, -500, -500];
        var logits = Logits(one, all, lost, nothing, most, [1, float.PositiveInfinity, 2, 3, 4]);

        Assert.Equal([2, 0, 3, 0, 1, 1], Enumerable.Range(0, 6).Select(logits.Largest));
        Assert.Equal(new(0, -30, 0), logits.Certainty(0));
        Assert.Equal(new(0, -30, 0), logits.Certainty(1));
        Assert.Equal(-Math.Log(1 + Math.Exp(-4) + Math.Exp(-3)), logits.Certainty(2).LogFirst, 1e-5);
        Assert.Equal(new(0, -30, 0), logits.Certainty(3));
        Assert.Equal(new(0, -30, 0), logits.Certainty(4));
        Assert.Equal(new(0, -30, 0), logits.Certainty(5));
    }

    [GpuFact]
    public void CopyRow_OfSeveral_IsThatRow()
    {
        var copy = new float[5];

        Logits([1, 2, 3, 4, 5], [6, 7, 8, 9, 10]).CopyRow(1, copy);

        Assert.Equal([6, 7, 8, 9, 10], copy);
    }

    [GpuFact]
    public void Largest_RowThatNoReadOutFilled_IsRefused()
    {
        var logits = Logits([1, 2], [3, 4]);
        logits.Fill(1);

        Assert.Throws<ArgumentOutOfRangeException>(() => logits.Largest(1));
        Assert.Throws<ArgumentOutOfRangeException>(() => logits.Largest(-1));
    }

    private GpuLogits Logits(params float[][] rows) => Of(_runtime!, new LogitsKernels(_runtime!), rows);

    internal static GpuLogits Of(GpuRuntime runtime, LogitsKernels kernels, params float[][] rows)
    {
        var logits = new GpuLogits(runtime, kernels, rows.Length, rows[0].Length);
        logits.Fill(rows.Length);
        for (var row = 0; row < rows.Length; row++) runtime.Write<float>(logits.Row(row).Buffer, (long)row * logits.Row(row).Stride, rows[row]);
        return logits;
    }
}
