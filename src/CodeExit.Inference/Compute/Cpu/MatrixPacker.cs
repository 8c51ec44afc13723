using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using CodeExit.Inference.Checkpoints;
using CodeExit.Inference.Models;

namespace CodeExit.Inference.Compute.Cpu;

/// <summary>Lays a checkpoint's weight out as a <see cref="PackedMatrix"/>: the one copy that is made of it. Blocks are shared out to the team.</summary>
internal sealed unsafe class MatrixPacker : ITeamWork
{
    private const int BlockRows = PackedMatrix.BlockRows;
    private const int Group = PackedMatrix.GroupColumns;

    private readonly CheckpointTensor _source;
    private readonly PackedMatrix _target;

    private MatrixPacker(CheckpointTensor source, PackedMatrix target)
    {
        _source = source;
        _target = target;
    }

    public static PackedMatrix Pack(CheckpointTensor source, WeightPrecision precision, WorkerTeam team)
    {
        var target = new PackedMatrix(precision, source.Rows, source.Columns);
        team.Run(new MatrixPacker(source, target));
        return target;
    }

    public void Execute(WorkerTeam team, int worker)
    {
        var (first, end) = team.Share(worker, _target.Blocks);
        using var rows = new AlignedBuffer<float>((long)BlockRows * _target.PaddedColumns);
        for (var block = first; block < end; block++)
        {
            if (_target.Precision == WeightPrecision.BF16 && _source.Type == TensorType.BF16 && _source.Columns % 2 == 0)
            {
                CopyBF16(block);
                continue;
            }
            var count = ReadRows(block, rows.Pointer);
            switch (_target.Precision)
            {
                case WeightPrecision.F32:
                    PackF32(block, rows.Pointer, count);
                    break;
                case WeightPrecision.BF16:
                    PackBF16(block, rows.Pointer, count);
                    break;
                case WeightPrecision.Int8:
                    PackInt8(block, rows.Pointer, count);
                    break;
                default:
                    throw new InvalidOperationException($"Unhandled weight precision {_target.Precision}.");
            }
        }
    }

    /// <summary>Widens a block's rows to F32, [16][padded columns]. Padding columns stay zero.</summary>
    /// <returns>Rows that exist; fewer than 16 in the last block.</returns>
    private int ReadRows(int block, float* rows)
    {
        var count = Math.Min(BlockRows, _source.Rows - block * BlockRows);
        for (var row = 0; row < count; row++)
        {
            _source.ReadRow(block * BlockRows + row, 0, _source.Columns, rows + (long)row * _target.PaddedColumns);
        }
        return count;
    }

    /// <summary>A BF16 pair is 32 bits in the file and in the block: transpose those, with no arithmetic.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void CopyBF16(int block)
    {
        var pairs = _source.Columns / 2;
        var target = (uint*)_target.Block(block);
        var count = Math.Min(BlockRows, _source.Rows - block * BlockRows);
        var source = (uint*)((ushort*)_source.Data + (long)block * BlockRows * _source.Columns);
        for (var pair = 0; pair < pairs; pair++)
        {
            for (var row = 0; row < count; row++) target[pair * BlockRows + row] = source[(long)row * pairs + pair];
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void PackF32(int block, float* rows, int count)
    {
        var target = (float*)_target.Block(block);
        for (var row = 0; row < count; row++, rows += _target.PaddedColumns)
        {
            for (var column = 0; column < _target.PaddedColumns; column++) target[column * BlockRows + row] = rows[column];
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void PackBF16(int block, float* rows, int count)
    {
        var target = (ushort*)_target.Block(block);
        for (var row = 0; row < count; row++, rows += _target.PaddedColumns)
        {
            for (var column = 0; column < _target.PaddedColumns; column++)
            {
                target[column / 2 * 2 * BlockRows + 2 * row + column % 2] = RoundToBF16(rows[column]);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void PackInt8(int block, float* rows, int count)
    {
        var target = (ushort*)_target.Block(block); // a column pair of one row
        var scales = _target.Scales(block);
        var quantized = stackalloc sbyte[Group];
        for (var row = 0; row < count; row++)
        {
            for (var group = 0; group < _target.Groups; group++, rows += Group)
            {
                scales[group * BlockRows + row] = QuantizeGroup(rows, quantized);
                var pairs = (ushort*)quantized;
                var place = target + (long)group * (Group / 2) * BlockRows + row;
                for (var pair = 0; pair < Group / 2; pair++) place[pair * BlockRows] = pairs[pair];
            }
        }
    }

    /// <summary>Quantizes a group of columns, ties to even.</summary>
    /// <returns>Its scale: what an integer is worth.</returns>
    internal static float QuantizeGroup(float* values, sbyte* quantized)
    {
        var scale = VectorMath.LargestMagnitude(values) / sbyte.MaxValue;
        // Scales below the least normal number have no finite reciprocal: such a group is zero to within 1e-36.
        var inverse = 1 / scale;
        var factor = Vector512.Create(float.IsFinite(inverse) ? inverse : 0);
        for (var i = 0; i < Group; i += 4 * Vector512<float>.Count)
        {
            var first = Vector512.Narrow(Rounded(values + i, factor), Rounded(values + i + 16, factor));
            var second = Vector512.Narrow(Rounded(values + i + 32, factor), Rounded(values + i + 48, factor));
            Vector512.Narrow(first, second).Store(quantized + i);
        }
        return scale;
    }

    private static Vector512<int> Rounded(float* values, Vector512<float> factor) =>
        Vector512.ConvertToInt32(Vector512.Round(Vector512.Load(values) * factor));

    /// <summary>Round to nearest, ties to even; NaN stays NaN.</summary>
    internal static ushort RoundToBF16(float value)
    {
        var bits = BitConverter.SingleToUInt32Bits(value);
        if (float.IsNaN(value)) return (ushort)((bits >> 16) | 0x40);
        return (ushort)((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16);
    }
}
