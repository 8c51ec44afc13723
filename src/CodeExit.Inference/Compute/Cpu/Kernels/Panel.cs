using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace CodeExit.Inference.Compute.Cpu.Kernels;

/// <summary>
/// Blocks of 16 rows that a kernel multiplies with: a range of a <see cref="PackedMatrix"/>, or of the KV cache, whose keys and values
/// are kept in the same form.
/// </summary>
internal readonly unsafe struct Panel
{
    /// <summary>First block.</summary>
    public required byte* Data { get; init; }

    /// <summary>Bytes from one block to the next.</summary>
    public required long BlockBytes { get; init; }

    /// <summary>Int8: scales of the first block, [groups][16]; else null.</summary>
    public float* Scales { get; init; }

    public required int Blocks { get; init; }

    /// <summary>Padded columns; even.</summary>
    public required int Columns { get; init; }

    /// <summary>The blocks come from main memory: better read in one straight line than several at once.</summary>
    public bool Streamed { get; init; }
}

/// <summary>How two consecutive columns of 16 float weights are read. A struct, so that the JIT makes one kernel of each.</summary>
internal interface IFloatWeights
{
    /// <summary>Bytes of a column pair of 16 rows.</summary>
    static abstract int PairBytes { get; }

    /// <summary>Weights of the even and of the odd column, one row a lane.</summary>
    static abstract unsafe void Load(byte* pair, out Vector512<float> even, out Vector512<float> odd);

    /// <summary>The same for rows 8·<paramref name="half"/> … 8·half + 7.</summary>
    static abstract unsafe void Load(byte* pair, int half, out Vector256<float> even, out Vector256<float> odd);

    static abstract unsafe float Scalar(byte* pair, int row, int column);
}

/// <summary>[2][16] float.</summary>
internal readonly struct F32Weights : IFloatWeights
{
    public static int PairBytes => 128;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe void Load(byte* pair, out Vector512<float> even, out Vector512<float> odd)
    {
        even = Vector512.Load((float*)pair);
        odd = Vector512.Load((float*)pair + 16);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe void Load(byte* pair, int half, out Vector256<float> even, out Vector256<float> odd)
    {
        even = Vector256.Load((float*)pair + 8 * half);
        odd = Vector256.Load((float*)pair + 16 + 8 * half);
    }

    public static unsafe float Scalar(byte* pair, int row, int column) => ((float*)pair)[16 * column + row];
}

/// <summary>[16][2] BF16: a lane's 32 bits hold the even column in the low half, the odd one in the high half, and BF16 is the high half of an F32.</summary>
internal readonly struct BF16Weights : IFloatWeights
{
    public static int PairBytes => 64;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe void Load(byte* pair, out Vector512<float> even, out Vector512<float> odd)
    {
        var both = Vector512.Load((uint*)pair);
        even = Vector512.ShiftLeft(both, 16).AsSingle();
        odd = (both & Vector512.Create(0xFFFF0000u)).AsSingle();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe void Load(byte* pair, int half, out Vector256<float> even, out Vector256<float> odd)
    {
        var both = Vector256.Load((uint*)pair + 8 * half);
        even = Vector256.ShiftLeft(both, 16).AsSingle();
        odd = (both & Vector256.Create(0xFFFF0000u)).AsSingle();
    }

    public static unsafe float Scalar(byte* pair, int row, int column) =>
        BitConverter.UInt32BitsToSingle((uint)((ushort*)pair)[2 * row + column] << 16);
}
