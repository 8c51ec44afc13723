using CodeExit.Inference.Checkpoints;

namespace CodeExit.Tests.Inference.Checkpoints;

public sealed unsafe class CheckpointTensorTests
{
    // 1.5, -2, the smallest subnormal, the largest finite value, −0; bit patterns from IEEE 754 and the bfloat16 definition.
    [Theory]
    [InlineData(TensorType.F16, new ushort[] { 0x3E00, 0xC000, 0x0001, 0x7BFF, 0x8000 }, new[] { 1.5f, -2, 5.9604645e-8f, 65504, -0f })]
    [InlineData(TensorType.BF16, new ushort[] { 0x3FC0, 0xC000, 0x0001, 0x7F7F, 0x8000 }, new[] { 1.5f, -2, 9.1835496e-41f, 3.3895314e38f, -0f })]
    public void ReadRow_SixteenBitTypes_WidensExactly(TensorType type, ushort[] stored, float[] expected)
    {
        fixed (ushort* data = stored)
        {
            var tensor = new CheckpointTensor("t", "f", type, 1, stored.Length, (nint)data);
            Assert.Equal(expected.Select(BitConverter.SingleToInt32Bits), tensor.ToArray().Select(BitConverter.SingleToInt32Bits));
        }
    }

    [Fact]
    public void ReadRow_PartOfARow_ReadsThatPart()
    {
        float[] stored = [0, 1, 2, 3, 4, 5];
        var part = stackalloc float[2];
        fixed (float* data = stored)
        {
            new CheckpointTensor("t", "f", TensorType.F32, 2, 3, (nint)data).ReadRow(1, 1, 2, part);
        }
        Assert.Equal((4, 5), (part[0], part[1]));
    }

    [Theory]
    [InlineData(2, 0, 3)]
    [InlineData(-1, 0, 3)]
    [InlineData(0, 1, 3)]
    [InlineData(0, -1, 1)]
    [InlineData(0, 0, -1)]
    [InlineData(0, 2, int.MaxValue)]
    public void ReadRow_OutsideTheTensor_Throws(int row, int column, int count)
    {
        var tensor = new CheckpointTensor("t", "f", TensorType.F32, 2, 3, 0);
        Assert.Throws<ArgumentOutOfRangeException>(() => tensor.ReadRow(row, column, count, null));
    }
}
