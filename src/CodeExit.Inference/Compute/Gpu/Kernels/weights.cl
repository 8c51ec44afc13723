// Weights as the host packs them (GpuLinear), and the order in which products add. Put before every other source.
//
// Columns come in units of UNIT. Unit u belongs to lane u mod LANES. A lane adds its units one after the other, column by column, into one
// number; the lanes' numbers are then added in the lanes' order, from 0 on. Every kernel keeps to that order, so a row of a batch gets the
// bits that it gets alone, which is what makes reuse of a prefix and greedy speculation exact. Hence contraction is off and every
// multiply-add is written out. Padding adds 0 times 0: it changes no bit but the sign of a zero, and that is lost in the sum from 0 on.
//
// Outputs come in blocks of OUTPUTS. A block is [rounds of LANES units, the last one shorter][pieces of a unit][lanes], a piece being 16
// bytes: [column][output] of the unit, cut. So lanes side by side load one straight line, 16 bytes each, and what they load is ready
// for vectors of outputs: no sums across a vector, and no transposition on the way to local memory.

#define LANES 64
#define UNIT 16
#define OUTPUTS 8
#define SCALE_UNITS 4 // an int8 scale serves 64 columns of an output

#if defined(WEIGHTS_INT8)
#define PAIR_PIECES 1
#elif defined(WEIGHTS_BF16)
#define PAIR_PIECES 2
#else
#define PAIR_PIECES 4
#endif
#define UNIT_PIECES (UNIT / 2 * PAIR_PIECES)

INLINED int units_of(int columns) { return (columns + UNIT - 1) / UNIT; }

// First piece of a unit in a block; the next one is *width further.
INLINED global const uint4 *unit_at(global const uint4 *block, int units, int unit, int *width)
{
    const int round = unit / LANES * LANES;
    *width = min(LANES, units - round);
    return block + (size_t)round * UNIT_PIECES + (unit - round);
}

// Two columns of a unit, for all outputs of the block, as they lie in memory. They are taken apart by shifts: of a piece that is looked at as
// a vector of small numbers compilers for PTX make loads of 8 or 4 bytes.
INLINED void load_pair(global const uint4 *unit, int width, int pair, uint4 *raw)
{
    UNROLL for (int i = 0; i < PAIR_PIECES; i++) raw[i] = unit[(pair * PAIR_PIECES + i) * width];
}

#if defined(WEIGHTS_INT8)
INLINED float8 scales_at(global const float *scales, int block, int units, int unit)
{
    const int groups = (units + SCALE_UNITS - 1) / SCALE_UNITS;
    return ((global const float8 *)scales)[(size_t)block * groups + unit / SCALE_UNITS];
}
INLINED void widen_pair(const uint4 *raw, float8 scale, float8 *columns)
{
    const int4 bits = as_int4(raw[0]), b0 = (bits << 24) >> 24, b1 = (bits << 16) >> 24, b2 = (bits << 8) >> 24, b3 = bits >> 24;
    columns[0] = convert_float8((int8)(b0.x, b1.x, b2.x, b3.x, b0.y, b1.y, b2.y, b3.y)) * scale;
    columns[1] = convert_float8((int8)(b0.z, b1.z, b2.z, b3.z, b0.w, b1.w, b2.w, b3.w)) * scale;
}
#else
INLINED float8 scales_at(global const float *scales, int block, int units, int unit) { return 1; }
#if defined(WEIGHTS_BF16)
// BF16 is the upper half of an F32.
INLINED void widen_pair(const uint4 *raw, float8 scale, float8 *columns)
{
    UNROLL for (int i = 0; i < 2; i++)
    {
        const uint4 even = raw[i] << 16, odd = raw[i] & 0xFFFF0000u;
        columns[i] = as_float8((uint8)(even.x, odd.x, even.y, odd.y, even.z, odd.z, even.w, odd.w));
    }
}
INLINED float weight_in(global const uint4 *piece, int at) { return as_float((uint)((global const ushort *)piece)[at] << 16); }
#else
INLINED void widen_pair(const uint4 *raw, float8 scale, float8 *columns)
{
    UNROLL for (int i = 0; i < 2; i++) columns[i] = (float8)(as_float4(raw[2 * i]), as_float4(raw[2 * i + 1]));
}
INLINED float weight_in(global const uint4 *piece, int at) { return ((global const float *)piece)[at]; }
#endif

// One weight. For embeddings, which are a row of a matrix.
INLINED float weight_at(global const uint4 *w, int columns, int output, int column)
{
    int width;
    const int units = units_of(columns), element = column % UNIT * OUTPUTS + output % OUTPUTS, in_piece = UNIT * OUTPUTS / UNIT_PIECES;
    global const uint4 *unit = unit_at(w + (size_t)(output / OUTPUTS) * units * UNIT_PIECES, units, column / UNIT, &width);
    return weight_in(unit + element / in_piece * width, element % in_piece);
}
#endif
