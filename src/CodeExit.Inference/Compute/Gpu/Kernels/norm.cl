// What norms in front of a product need. A build is for one kind: layer norm (CENTRED) or RMS norm.
//
// RMS norm multiplies a row with one number; that is done to the outputs, when the row has been read anyway, so that no product waits for
// a sum first. Layer norm's numbers are needed before: a mean taken out afterwards would cost digits.

// A lane's part of a row's sum of squared distances from the mean: every LANES-th four.
INLINED float lane_squares(global const float *row, float mean, int columns)
{
    float sum = 0;
    for (int i = get_local_id(0) % LANES; i < (columns + 3) / 4; i += LANES)
    {
        float4 d = ((global const float4 *)row)[i];
#ifdef CENTRED
        d = select((float4)0, d - mean, 4 * i + (int4)(0, 1, 2, 3) < (int4)columns); // padding is 0, and no part of the row
#endif
        sum = fma(d.x, d.x, sum);
        sum = fma(d.y, d.y, sum);
        sum = fma(d.z, d.z, sum);
        sum = fma(d.w, d.w, sum);
    }
    return sum;
}

// In the lanes' order, from 0 on. A group waits for this one chain: its reads, at least, are on their way together.
INLINED float sum_lanes(local const float *partial)
{
    float sum = 0;
#pragma unroll 32
    for (int lane = 0; lane < LANES; lane++) sum += partial[lane];
    return sum;
}

// 1 / standard deviation.
INLINED float scale_of(float squares, int columns, float epsilon) { return 1 / sqrt(squares / columns + epsilon); }

#define PARTIAL_STRIDE (LANES + 1) // lanes that add up side by side stay out of each other's banks

// Of rows 0 … ROWS - 1 (the last that there is again, for those that are not). Room in partial: ROWS * PARTIAL_STRIDE.
INLINED void statistics(
    global const float *x, int x_stride, int rows, int columns, float epsilon, local float *partial, local float *means, local float *scales)
{
    const int lane = get_local_id(0) % LANES, first = get_local_id(0) / LANES, id = get_local_id(0);
#ifdef CENTRED
    for (int r = first; r < ROWS; r += GROUP / LANES)
    {
        global const float4 *row = (global const float4 *)(x + (size_t)min(r, rows - 1) * x_stride);
        float sum = 0;
        for (int i = lane; i < (columns + 3) / 4; i += LANES) sum += (row[i].x + row[i].y) + (row[i].z + row[i].w);
        partial[r * PARTIAL_STRIDE + lane] = sum;
    }
    barrier(CLK_LOCAL_MEM_FENCE);
    if (id < ROWS) means[id] = sum_lanes(partial + id * PARTIAL_STRIDE) / columns;
    barrier(CLK_LOCAL_MEM_FENCE);
#endif
    for (int r = first; r < ROWS; r += GROUP / LANES)
    {
#ifdef CENTRED
        const float mean = means[r];
#else
        const float mean = 0;
#endif
        partial[r * PARTIAL_STRIDE + lane] = lane_squares(x + (size_t)min(r, rows - 1) * x_stride, mean, columns);
    }
    barrier(CLK_LOCAL_MEM_FENCE);
    if (id < ROWS) scales[id] = scale_of(sum_lanes(partial + id * PARTIAL_STRIDE), columns, epsilon);
    barrier(CLK_LOCAL_MEM_FENCE);
}

// What the norm multiplies four columns with and, for layer norm, adds to them. Where there is no norm: 1 and 0, which change nothing.
typedef struct
{
    float4 weight;
#ifdef CENTRED
    float4 bias;
#endif
} norm_part;

INLINED void norm_at(global const float *norm_weight, global const float *norm_bias, int four, norm_part *part)
{
    part->weight = norm_weight ? ((global const float4 *)norm_weight)[four] : 1;
#ifdef CENTRED
    part->bias = norm_weight ? ((global const float4 *)norm_bias)[four] : 0;
#endif
}

// Four columns as a product takes them. Mean and scale are looked at for layer norm only.
INLINED float4 normed(float4 v, norm_part part, float mean, float scale)
{
#ifdef CENTRED
    return fma((v - mean) * scale, part.weight, part.bias);
#else
    return v * part.weight;
#endif
}
