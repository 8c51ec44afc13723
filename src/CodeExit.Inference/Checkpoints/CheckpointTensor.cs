using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace CodeExit.Inference.Checkpoints;

/// <summary>Element types that weights are stored in.</summary>
public enum TensorType
{
    F32,
    F16,
    BF16,
}

/// <summary>
/// One tensor of a memory-mapped checkpoint. Row-major; <paramref name="Data"/> points into the mapping and is valid until the
/// <see cref="Checkpoint"/> is disposed. It may be unaligned: safetensors promises nothing beyond 8 bytes.
/// </summary>
/// <param name="Name">Name in the file, for messages.</param>
/// <param name="File">Path of the file that holds it, for messages.</param>
/// <param name="Rows">Length of the first dimension.</param>
/// <param name="Columns">Product of the other dimensions; 1 for a vector.</param>
public sealed unsafe record CheckpointTensor(string Name, string File, TensorType Type, int Rows, int Columns, nint Data)
{
    /// <summary>Widens <paramref name="count"/> elements of one row, from <paramref name="column"/> on, to F32. Exact for all three types.</summary>
    public void ReadRow(int row, int column, int count, float* destination)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(row);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(row, Rows);
        ArgumentOutOfRangeException.ThrowIfNegative(column);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, Columns - column); // not column + count, which may overflow
        var first = (long)row * Columns + column;
        switch (Type)
        {
            case TensorType.F32:
                Buffer.MemoryCopy((float*)Data + first, destination, count * sizeof(float), count * sizeof(float));
                break;
            case TensorType.F16:
                var half = (Half*)Data + first;
                for (var i = 0; i < count; i++) destination[i] = (float)half[i];
                break;
            case TensorType.BF16:
                var brain = (ushort*)Data + first;
                WidenBF16(brain, count, destination);
                break;
            default:
                throw new InvalidOperationException($"Unhandled tensor type {Type}.");
        }
    }

    /// <summary>BF16 is the high half of an F32.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)] // every weight passes through here once, at load, before tiering would help
    private static void WidenBF16(ushort* source, int count, float* destination)
    {
        var i = 0;
        for (; i + Vector256<ushort>.Count <= count; i += Vector256<ushort>.Count)
        {
            var (low, high) = Vector256.Widen(Vector256.Load(source + i));
            Vector256.ShiftLeft(low, 16).AsSingle().Store(destination + i);
            Vector256.ShiftLeft(high, 16).AsSingle().Store(destination + i + Vector256<float>.Count);
        }
        for (; i < count; i++) destination[i] = BitConverter.UInt32BitsToSingle((uint)source[i] << 16);
    }

    /// <summary>Whether both hold the same bytes in the same type and shape.</summary>
    internal bool HasSameValues(CheckpointTensor other)
    {
        if (Type != other.Type || Rows != other.Rows || Columns != other.Columns) return false;
        var rowBytes = checked(Columns * (Type == TensorType.F32 ? sizeof(float) : sizeof(ushort)));
        for (long row = 0; row < Rows; row++)
        {
            var mine = new ReadOnlySpan<byte>((byte*)Data + row * rowBytes, rowBytes);
            var theirs = new ReadOnlySpan<byte>((byte*)other.Data + row * rowBytes, rowBytes);
            if (!mine.SequenceEqual(theirs)) return false;
        }
        return true;
    }

    /// <summary>The whole tensor, widened to F32: <see cref="Rows"/> · <see cref="Columns"/> values. For vectors: norms and biases.</summary>
    public void ReadRows(float* destination)
    {
        for (var row = 0; row < Rows; row++) ReadRow(row, 0, Columns, destination + (long)row * Columns);
    }

    /// <inheritdoc cref="ReadRows"/>
    public float[] ToArray()
    {
        var values = new float[(long)Rows * Columns];
        fixed (float* destination = values) ReadRows(destination);
        return values;
    }
}
