// Products for many rows: a group of 128 lanes makes 64 rows of 64 outputs (ROWS, WIDE), each lane 4 rows of 8 outputs in registers. Columns
// go through local memory in slabs of two units, in the order of weights.cl: the units of lane 0, of lane 1, …; a lane's sum is finished,
// and added to the total, before the next one begins. Bound by arithmetic: docs/gpu.md has the figures.

#define SLAB (2 * UNIT)
// In fours of floats; one more than there are, so that neither rows nor columns that are read together are in one bank.
#define X_STRIDE (SLAB / 4 + 1)
#define W_STRIDE (WIDE / 4 + 1)
#define MEMORY (ROWS * X_STRIDE + SLAB * W_STRIDE + 2 * ROWS / 4)
#define OWN 16

// A lane's outputs are 4 and 4, half a tile apart: lanes side by side then read 16 bytes side by side.
INLINED int own_output(int i) { return get_group_id(0) * WIDE + i % 4 / 2 * (WIDE / 2) + get_local_id(0) % 8 * 4 + i % 2 * 2; }

INLINED int own_row(int i) { return get_group_id(1) * ROWS + get_local_id(0) / 8 + i / 4 * 16; }

INLINED int next_unit(int unit, int units) { return unit + LANES < units ? unit + LANES : unit % LANES + 1; }

// A lane's part of a slab: four columns of 4 rows, and two columns of a block of weights.
typedef struct { float4 x[4]; uint4 w[PAIR_PIECES]; float8 scales; int four; } part;

INLINED void fetch(
    global const uint4 *w, global const float *scales, int block, global const float *x, int x_stride, int rows, int units, int unit0, int unit1,
    part *own)
{
    const int lane = get_local_id(0), four = lane % (SLAB / 4), pair = lane % (SLAB / 2);
    own->four = (four < UNIT / 4 ? unit0 : unit1) * (UNIT / 4) + four % (UNIT / 4);
    UNROLL for (int i = 0; i < 4; i++) own->x[i] = ((global const float4 *)(x + (size_t)min(lane / 8 + i * 16, rows - 1) * x_stride))[own->four];
    int width;
    const int unit = pair < UNIT / 2 ? unit0 : unit1;
    global const uint4 *pieces = unit_at(w + (size_t)block * units * UNIT_PIECES, units, unit, &width);
    load_pair(pieces, width, pair % (UNIT / 2), own->w);
    own->scales = scales_at(scales, block, units, unit);
}

#define ADD_COLUMN(component)                                                                       \
    weights = (float8)(ws[column * W_STRIDE + across], ws[column * W_STRIDE + across + 8]);         \
    UNROLL for (int r = 0; r < 4; r++) sum[r] = fma(weights, (float8)in[r].component, sum[r]);      \
    column++

INLINED void products(
    global const uint4 *w, global const float *scales, int outputs, int columns, global const float *norm_weight, global const float *norm_bias,
    float epsilon, global const float *x, int x_stride, int rows, local float4 *memory)
{
    local float4 *xs = memory, *ws = memory + ROWS * X_STRIDE;                       // [row][column], [column][output]
    local float *means = (local float *)(ws + SLAB * W_STRIDE), *factors = means + ROWS;
    const int lane = get_local_id(0), across = lane % 8, down = lane / 8, units = units_of(columns);
    // The last blocks of the last tile may not exist: their outputs are nobody's.
    const int block = min((int)get_group_id(0) * (WIDE / OUTPUTS) + lane / 16, (outputs - 1) / OUTPUTS);
    x += (size_t)get_group_id(1) * ROWS * x_stride;
    rows -= get_group_id(1) * ROWS;
#ifdef CENTRED
    if (norm_weight) statistics(x, x_stride, rows, columns, epsilon, (local float *)memory, means, factors);
#endif
    float8 sum[4], total[4];
    UNROLL for (int r = 0; r < 4; r++) sum[r] = total[r] = 0;
    int unit0 = 0, unit1 = units > 1 ? next_unit(0, units) : 0;
    part own;
    fetch(w, scales, block, x, x_stride, rows, units, unit0, unit1, &own);
    for (int done = 0; done < units; done += 2)
    {
        barrier(CLK_LOCAL_MEM_FENCE);
        norm_part norm;
        norm_at(norm_weight, norm_bias, own.four, &norm);
        UNROLL for (int i = 0; i < 4; i++)
        {
            const int row = down + i * 16;
#ifdef CENTRED
            xs[row * X_STRIDE + across] = normed(own.x[i], norm, norm_weight ? means[row] : 0, norm_weight ? factors[row] : 1);
#else
            xs[row * X_STRIDE + across] = normed(own.x[i], norm, 0, 1);
#endif
        }
        float8 pair[2];
        widen_pair(own.w, own.scales, pair);
        UNROLL for (int i = 0; i < 2; i++)
        {
            local float4 *target = ws + (lane % 16 * 2 + i) * W_STRIDE + lane / 16 * 2;
            target[0] = pair[i].lo;
            target[1] = pair[i].hi;
        }
        barrier(CLK_LOCAL_MEM_FENCE);
        const bool ends0 = unit0 + LANES >= units, ends1 = unit1 + LANES >= units;
        if (done + 2 < units)
        {
            // The next slab is on its way while this one is worked on.
            unit0 = next_unit(unit1, units);
            unit1 = done + 3 < units ? next_unit(unit0, units) : unit0;
            fetch(w, scales, block, x, x_stride, rows, units, unit0, unit1, &own);
        }
        for (int slot = 0; slot < min(2, units - done); slot++)
        {
            int column = slot * UNIT;
            for (int four = slot * (UNIT / 4); four < (slot + 1) * (UNIT / 4); four++)
            {
                float4 in[4];
                UNROLL for (int r = 0; r < 4; r++) in[r] = xs[(down + r * 16) * X_STRIDE + four];
                float8 weights;
                ADD_COLUMN(x);
                ADD_COLUMN(y);
                ADD_COLUMN(z);
                ADD_COLUMN(w);
            }
            if (slot == 0 ? !ends0 : !ends1) continue;
            UNROLL for (int r = 0; r < 4; r++) total[r] += sum[r], sum[r] = 0;
        }
    }
#ifndef CENTRED
    if (norm_weight)
    {
        barrier(CLK_LOCAL_MEM_FENCE);
        statistics(x, x_stride, rows, columns, epsilon, (local float *)memory, means, factors);
        UNROLL for (int r = 0; r < 4; r++) total[r] *= factors[down + r * 16];
    }
#endif
    local float2 *values = (local float2 *)memory + lane;
    barrier(CLK_LOCAL_MEM_FENCE);
    UNROLL for (int r = 0; r < 4; r++)
    {
        values[(r * 4 + 0) * GROUP] = total[r].s01;
        values[(r * 4 + 1) * GROUP] = total[r].s23;
        values[(r * 4 + 2) * GROUP] = total[r].s45;
        values[(r * 4 + 3) * GROUP] = total[r].s67;
    }
}
