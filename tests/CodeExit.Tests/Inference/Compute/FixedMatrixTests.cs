using CodeExit.Inference.Compute.Cpu;

namespace CodeExit.Tests.Inference.Compute;

public sealed class FixedMatrixTests
{
    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(16, 64, 3)]
    [InlineData(17, 65, 5)]
    [InlineData(15, 63, 256)]
    [InlineData(131, 40, 257)]
    [InlineData(70, 129, 600)] // three batches
    [InlineData(3, 300, 0)]
    public void Multiply_RandomMatrix_EqualsDoublePrecision(int rows, int columns, int count)
    {
        var (values, x) = (Numbers(rows * columns, 1), Numbers(count * columns, 2));
        using var matrix = new FixedMatrix(values, rows, columns, threads: 2);
        var y = new float[count * rows + 1];
        y[^1] = 42;

        matrix.Multiply(x, count, y);

        for (var row = 0; row < count; row++)
        {
            for (var output = 0; output < rows; output++)
            {
                double sum = 0, magnitude = 0;
                for (var k = 0; k < columns; k++)
                {
                    var product = (double)x[row * columns + k] * values[output * columns + k];
                    (sum, magnitude) = (sum + product, magnitude + Math.Abs(product));
                }
                Assert.InRange(y[row * rows + output], sum - 1e-6 * magnitude, sum + 1e-6 * magnitude);
            }
        }
        Assert.Equal(42, y[^1]); // nothing is written behind the last row
    }

    /// <summary>What is learned must not depend on the machine's cores, nor on what a row is batched with.</summary>
    [Fact]
    public void Multiply_OtherThreadsAndBatches_IsBitIdentical()
    {
        const int Rows = 90, Columns = 77, Count = 300;
        var (values, x) = (Numbers(Rows * Columns, 3), Numbers(Count * Columns, 4));
        using var two = new FixedMatrix(values, Rows, Columns, threads: 2);
        using var one = new FixedMatrix(values, Rows, Columns, threads: 1);
        var (together, alone) = (new float[Count * Rows], new float[Count * Rows]);

        two.Multiply(x, Count, together);
        for (var row = 0; row < Count; row++) one.Multiply(x.AsSpan(row * Columns), 1, alone.AsSpan(row * Rows));

        Assert.Equal(alone, together);
    }

    [Fact]
    public void Constructor_ValuesOfAnotherShape_Throws()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new FixedMatrix(new float[11], 3, 4, threads: 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new FixedMatrix(new float[13], 3, 4, threads: 1));
    }

    [Theory]
    [InlineData(7, 6)] // two rows of four columns are eight values
    [InlineData(8, 5)] // two rows of three outputs are six
    public void Multiply_TooShortABuffer_Throws(int inputs, int outputs)
    {
        using var matrix = new FixedMatrix(new float[12], 3, 4, threads: 1);

        Assert.Throws<ArgumentOutOfRangeException>(() => matrix.Multiply(new float[inputs], 2, new float[outputs]));
    }

    private static float[] Numbers(int count, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => random.NextSingle() * 2 - 1)];
    }
}
