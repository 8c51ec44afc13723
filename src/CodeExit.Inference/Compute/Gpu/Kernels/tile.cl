// Products for one row or up to 4 or 8 (ROWS): a group of LANES reads one block of outputs, each weight once for all rows. Bound by
// memory.

#define SUMS (OUTPUTS * ROWS)
#define CHAINS (SUMS + ROWS) // and a sum of squares for each row
#define PAIRS (OUTPUTS / 2 * ROWS)
#define MEMORY ((CHAINS * (PARTIAL_STRIDE + 1) + 2 * ROWS + 3) / 4)
#define OWN 1
#define FOURS (ROWS == 8 ? 1 : UNIT / 4) // columns that are on their way at a time, in fours: 8 rows take the registers

INLINED int own_output(int i) { return get_group_id(0) * OUTPUTS + get_local_id(0) / ROWS * 2; }

INLINED int own_row(int i) { return get_local_id(0) < PAIRS ? get_group_id(1) * ROWS + get_local_id(0) % ROWS : INT_MAX; }

#define ADD_COLUMN(weights, component) UNROLL for (int r = 0; r < ROWS; r++) sum[r] = fma(weights, (float8)in[r].component, sum[r])

// Four columns of a unit: for each row its four inputs, times the weights of all outputs.
INLINED void add_four(global const uint4 *unit, int width, int four, float8 scales, const float4 *in, float8 *sum)
{
    uint4 raw[2 * PAIR_PIECES];
    load_pair(unit, width, 2 * four, raw);
    load_pair(unit, width, 2 * four + 1, raw + PAIR_PIECES);
    float8 pair[2];
    widen_pair(raw, scales, pair);
    ADD_COLUMN(pair[0], x);
    ADD_COLUMN(pair[1], y);
    widen_pair(raw + PAIR_PIECES, scales, pair);
    ADD_COLUMN(pair[0], z);
    ADD_COLUMN(pair[1], w);
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
    for (int unit = lane; unit < units; unit += LANES)
    {
        int width;
        global const uint4 *pieces = unit_at(w + (size_t)block * units * UNIT_PIECES, units, unit, &width);
        const float8 weight_scales = scales_at(scales, block, units, unit);
#pragma unroll 1
        for (int first = 0; first < UNIT / 4; first += FOURS)
        {
            // All at once, and not where they are used: a branch between loads would end what is on its way together.
            norm_part norms[FOURS];
            UNROLL for (int i = 0; i < FOURS; i++) norm_at(norm_weight, norm_bias, unit * (UNIT / 4) + first + i, &norms[i]);
            UNROLL for (int i = 0; i < FOURS; i++)
            {
                float4 in[ROWS];
                UNROLL for (int r = 0; r < ROWS; r++)
                {
                    global const float4 *row = (global const float4 *)(x + (size_t)min(r, rows - 1) * x_stride);
                    in[r] = normed(row[unit * (UNIT / 4) + first + i], norms[i], mean[r], scale[r]);
                }
                add_four(pieces, width, first + i, weight_scales, in, sum);
            }
        }
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
    int chains = SUMS;
#ifndef CENTRED
    if (norm_weight)
    {
        chains = CHAINS;
        for (int r = 0; r < ROWS; r++)
        {
            partial[(SUMS + r) * PARTIAL_STRIDE + lane] = lane_squares(x + (size_t)min(r, rows - 1) * x_stride, 0, columns);
        }
    }
#endif
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
