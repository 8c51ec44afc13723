using CodeExit.Inference.Models;

namespace CodeExit.Inference.Compute.Cpu;

/// <summary>
/// A weight matrix [rows, columns] laid out for the kernels: blocks of 16 rows, and within a block column pair by column pair, so that
/// one vector holds the same columns of 16 outputs. Products need no horizontal sums, decode reads memory in one straight line per
/// block, and prefill uses the same bytes. Rows are padded with zeros to 16, columns to 2 (F32, BF16) or to 64 (int8).
/// <code>
/// F32   block: [columns/2][2][16] float
/// BF16  block: [columns/2][16][2] ushort
/// Int8  block: [columns/2][16][2] sbyte, and scales [columns/64][16] float
/// </code>
/// </summary>
internal sealed unsafe class PackedMatrix : IDisposable
{
    /// <summary>Rows in a block: the F32 lanes of a 512-bit vector.</summary>
    public const int BlockRows = 16;

    /// <summary>Columns that share an int8 scale.</summary>
    public const int GroupColumns = 64;

    private readonly AlignedBuffer<byte> _data;
    private readonly AlignedBuffer<float>? _scales;

    public PackedMatrix(WeightPrecision precision, int rows, int columns)
    {
        Precision = precision;
        Rows = rows;
        Columns = columns;
        Blocks = (rows + BlockRows - 1) / BlockRows;
        PaddedColumns = PadColumns(precision, columns);
        BlockBytes = (long)PaddedColumns * BlockRows * ElementBytes(precision);
        _data = new AlignedBuffer<byte>(Blocks * BlockBytes);
        if (precision == WeightPrecision.Int8) _scales = new AlignedBuffer<float>((long)Blocks * Groups * BlockRows);
    }

    public WeightPrecision Precision { get; }

    public int Rows { get; }

    public int Columns { get; }

    public int PaddedColumns { get; }

    public int Blocks { get; }

    public int Groups => PaddedColumns / GroupColumns;

    /// <summary>Bytes from one block to the next.</summary>
    public long BlockBytes { get; }

    /// <summary>All bytes that one product must read.</summary>
    public long Bytes => _data.Bytes + (_scales?.Bytes ?? 0);

    public byte* Block(int block) => _data.Pointer + block * BlockBytes;

    /// <summary>Int8 only: scales of a block, [groups][16].</summary>
    public float* Scales(int block) => _scales!.Pointer + (long)block * Groups * BlockRows;

    public static int PadColumns(WeightPrecision precision, int columns)
    {
        var unit = precision == WeightPrecision.Int8 ? GroupColumns : 2;
        return (columns + unit - 1) / unit * unit;
    }

    public void Dispose()
    {
        _data.Dispose();
        _scales?.Dispose();
    }

    /// <summary>Bytes of one weight, without scales.</summary>
    public static int ElementBytes(WeightPrecision precision) => precision switch
    {
        WeightPrecision.F32 => 4,
        WeightPrecision.BF16 => 2,
        WeightPrecision.Int8 => 1,
        _ => throw new ArgumentOutOfRangeException(nameof(precision), precision, "not a weight precision"),
    };
}
