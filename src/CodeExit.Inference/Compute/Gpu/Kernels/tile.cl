// Products for one row or up to 4 or 8 (ROWS): a group of LANES reads one block of outputs, each weight once for all rows. Bound by
// memory, so what counts is how many bytes are on their way at a time.

#define SUMS (OUTPUTS * ROWS)
#define CHAINS (SUMS + ROWS) // and a sum of squares for each row
#define PAIRS (OUTPUTS / 2 * ROWS)
#define MEMORY ((CHAINS * (PARTIAL_STRIDE + 1) + 2 * ROWS + 3) / 4)
#define OWN 1
#define FOURS (UNIT / 4 / (PAIR_PIECES == 4 ? 2 : 1) / (ROWS == 8 ? 2 : 1)) // columns of a stage, in fours: what registers allow

INLINED int own_output(int i) { return get_group_id(0) * OUTPUTS + get_local_id(0) / ROWS * 2; }

INLINED int own_row(int i) { return get_local_id(0) < PAIRS ? get_group_id(1) * ROWS + get_local_id(0) % ROWS : INT_MAX; }

#define ADD_COLUMN(weights, component) UNROLL for (int r = 0; r < ROWS; r++) sum[r] = fma(weights, (float8)in[r].component, sum[r])

// Four columns of a unit: for each row its four inputs, times the weights of all outputs.
INLINED void add_four(const uint4 *raw, float8 scales, const float4 *in, float8 *sum)
{
    float8 pair[2];
    widen_pair(raw, scales, pair);
    ADD_COLUMN(pair[0], x);
    ADD_COLUMN(pair[1], y);
    widen_pair(raw + PAIR_PIECES, scales, pair);
    ADD_COLUMN(pair[0], z);
    ADD_COLUMN(pair[1], w);
}

// What a lane loads at a time: the columns of one unit, or a part of them.
typedef struct
{
    uint4 raw[FOURS * 2 * PAIR_PIECES];
    float8 scales;
    norm_part norms[FOURS];
    float4 in[FOURS]; // of one row: those of several would take the registers
} stage;

INLINED void load_stage(
    global const uint4 *block, global const float *scales, int units, int unit, int first, global const float *norm_weight,
    global const float *norm_bias, global const float *x, stage *to)
{
    int width;
    global const uint4 *pieces = unit_at(block, units, unit, &width);
    const int four = unit * (UNIT / 4) + first;
    UNROLL for (int i = 0; i < FOURS * 2; i++) load_pair(pieces, width, first * 2 + i, to->raw + i * PAIR_PIECES);
    to->scales = scales_at(scales, get_group_id(0), units, unit);
    UNROLL for (int i = 0; i < FOURS; i++) norm_at(norm_weight, norm_bias, four + i, &to->norms[i]);
    if (ROWS == 1)
    {
        UNROLL for (int i = 0; i < FOURS; i++) to->in[i] = ((global const float4 *)x)[four + i];
    }
}

INLINED void products(
    global const uint4 *w, global const float *scales, int outputs, int columns, global const float *norm_weight, global const float *norm_bias,
    float epsilon, global const float *x, int x_stride, int rows, local float4 *memory)
{
    local float *partial = (local float *)memory, *sums = partial + CHAINS * PARTIAL_STRIDE;
    const int lane = get_local_id(0), block = get_group_id(0), units = units_of(columns);
    x += (size_t)get_group_id(1) * ROWS * x_stride;
    rows -= get_group_id(1) * ROWS;
    float mean[ROWS], scale[ROWS];
    UNROLL for (int r = 0; r < ROWS; r++) mean[r] = 0, scale[r] = 1;
#ifdef CENTRED
    if (norm_weight)
    {
        local float *means = sums + CHAINS;
        statistics(x, x_stride, rows, columns, epsilon, partial, means, means + ROWS);
        UNROLL for (int r = 0; r < ROWS; r++) mean[r] = means[r], scale[r] = means[ROWS + r];
    }
#endif
    float8 sum[ROWS];
    UNROLL for (int r = 0; r < ROWS; r++) sum[r] = 0;
    global const uint4 *own_block = w + (size_t)block * units * UNIT_PIECES;
    stage now;
    int unit = lane, first = 0; // the first four of a stage
    // Loads stand behind a branch of their own, apart from what is made of them: within a block of code NVIDIA's assembler puts each load
    // close to its use, to save registers, and then little is on its way.
    if (unit < units) load_stage(own_block, scales, units, unit, first, norm_weight, norm_bias, x, &now);
    int chains = SUMS;
#ifndef CENTRED // here, while weights are on their way
    if (norm_weight)
    {
        chains = CHAINS;
        for (int r = 0; r < ROWS; r++)
        {
            partial[(SUMS + r) * PARTIAL_STRIDE + lane] = lane_squares(x + (size_t)min(r, rows - 1) * x_stride, 0, columns);
        }
    }
#endif
    while (unit < units)
    {
        UNROLL for (int i = 0; i < FOURS; i++)
        {
            float4 in[ROWS];
            UNROLL for (int r = 0; r < ROWS; r++)
            {
                global const float4 *row = (global const float4 *)(x + (size_t)min(r, rows - 1) * x_stride);
                in[r] = normed(ROWS == 1 ? now.in[i] : row[unit * (UNIT / 4) + first + i], now.norms[i], mean[r], scale[r]);
            }
            add_four(now.raw + i * 2 * PAIR_PIECES, now.scales, in, sum);
        }
        first += FOURS;
        if (first == UNIT / 4) first = 0, unit += LANES;
        if (unit >= units) break; // not "if (unit < units)" before the next line: LLVM for AMD would hold a stage twice
        load_stage(own_block, scales, units, unit, first, norm_weight, norm_bias, x, &now);
    }
    UNROLL for (int r = 0; r < ROWS; r++)
    {
        local float *own = partial + r * OUTPUTS * PARTIAL_STRIDE + lane;
        own[0 * PARTIAL_STRIDE] = sum[r].s0;
        own[1 * PARTIAL_STRIDE] = sum[r].s1;
        own[2 * PARTIAL_STRIDE] = sum[r].s2;
        own[3 * PARTIAL_STRIDE] = sum[r].s3;
        own[4 * PARTIAL_STRIDE] = sum[r].s4;
        own[5 * PARTIAL_STRIDE] = sum[r].s5;
        own[6 * PARTIAL_STRIDE] = sum[r].s6;
        own[7 * PARTIAL_STRIDE] = sum[r].s7;
    }
    barrier(CLK_LOCAL_MEM_FENCE);
    for (int chain = lane; chain < chains; chain += GROUP) sums[chain] = sum_lanes(partial + chain * PARTIAL_STRIDE);
    barrier(CLK_LOCAL_MEM_FENCE);
    const int row = lane % ROWS, at = lane < PAIRS ? row * OUTPUTS + lane / ROWS * 2 : 0;
    float2 value = (float2)(sums[at], sums[at + 1]);
#ifndef CENTRED
    if (norm_weight) value *= scale_of(sums[SUMS + row], columns, epsilon);
#endif
    ((local float2 *)memory)[lane] = value;
}
