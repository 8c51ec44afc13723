using System.Runtime.InteropServices;
using CodeExit.Inference.Compute.Cpu;
using CodeExit.Inference.Models;

namespace CodeExit.Inference.Compute.Gpu;

/// <summary>Lays rows of weights out as <c>weights.cl</c> says, with the processor's own rounding and int8 scales.</summary>
internal sealed unsafe class GpuLinearPacker
{
    /// <summary>LANES, UNIT and OUTPUTS of the source, and the bytes of a piece.</summary>
    private const int Lanes = 64, Unit = GpuRows.Multiple, Outputs = GpuLinear.BlockOutputs, PieceBytes = 16;

    private const int Group = PackedMatrix.GroupColumns;

    private readonly LinearRow[] _rows;
    private readonly WeightPrecision _precision;
    private readonly int _columns, _units, _groups, _elementBytes;

    public GpuLinearPacker(LinearRow[] rows, WeightPrecision precision)
    {
        (_rows, _precision, _columns) = (rows, precision, rows[0].Of.Weight.Columns);
        _elementBytes = PackedMatrix.ElementBytes(precision);
        _units = GpuRows.Pad(_columns) / Unit;
        _groups = (_columns + Group - 1) / Group;
    }

    public int Blocks => (_rows.Length + Outputs - 1) / Outputs;

    public long BlockBytes => (long)_units * Unit * Outputs * _elementBytes;

    /// <summary>Int8 scales of a block, [groups][outputs]; 0 for other precisions.</summary>
    public int BlockScales => _precision == WeightPrecision.Int8 ? _groups * Outputs : 0;

    /// <summary>Packs blocks first … first + count − 1 to the start of both arrays.</summary>
    public void Pack(int first, int count, byte[] bytes, float[] scales) => Parallel.For(0, count, block =>
    {
        var target = bytes.AsSpan((int)(block * BlockBytes), (int)BlockBytes);
        target.Clear();
        var values = new float[_groups * Group];
        for (var output = 0; output < Outputs && (first + block) * Outputs + output < _rows.Length; output++)
        {
            var row = _rows[(first + block) * Outputs + output];
            fixed (float* start = values) row.Of.Weight.ReadRow(row.Row, 0, _columns, start);
            switch (_precision)
            {
                case WeightPrecision.F32:
                    Place<float>(values, output, target);
                    break;
                case WeightPrecision.BF16:
                    Place<ushort>(Array.ConvertAll(values, MatrixPacker.RoundToBF16), output, target);
                    break;
                default:
                    Place<sbyte>(Quantize(values, scales.AsSpan(block * BlockScales + output)), output, target);
                    break;
            }
        }
    });

    /// <param name="scales">Of the row's first group and on; those of a block's outputs lie between.</param>
    private sbyte[] Quantize(float[] values, Span<float> scales)
    {
        var quantized = new sbyte[values.Length];
        fixed (float* source = values)
        fixed (sbyte* target = quantized)
        {
            for (var group = 0; group < _groups; group++) scales[group * Outputs] = MatrixPacker.QuantizeGroup(source + group * Group, target + group * Group);
        }
        return quantized;
    }

    private void Place<T>(T[] row, int output, Span<byte> block) where T : unmanaged
    {
        var target = MemoryMarshal.Cast<byte, T>(block);
        var perPiece = PieceBytes / sizeof(T);
        for (var unit = 0; unit < _units; unit++)
        {
            var round = unit / Lanes * Lanes;
            var width = Math.Min(Lanes, _units - round);
            var start = round * Unit * Outputs + (unit - round) * perPiece;
            for (var column = 0; column < Math.Min(Unit, _columns - unit * Unit); column++)
            {
                var (piece, place) = Math.DivRem(column * Outputs + output, perPiece);
                target[start + piece * width * perPiece + place] = row[unit * Unit + column];
            }
        }
    }
}
