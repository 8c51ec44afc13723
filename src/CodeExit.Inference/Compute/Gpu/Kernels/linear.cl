// Products with a weight matrix for one row (TILE 1) or up to 8 (TILE 8) of input. A work-group of 64 lanes makes OUTPUTS outputs of TILE
// rows: lanes share out the columns, so that neighbours read neighbouring weights, and each weight is read once for the whole tile.
// The norm before a product is part of it: each group computes the rows' mean and scale again, which costs less than a launch.

#define OUTPUTS 4
#define SUMS (OUTPUTS * TILE)
#define PARTIALS (SUMS * (LANES + 1)) // one more than the lanes: lanes that add up side by side stay out of each other's banks

// All lanes get the sum, added in the lanes' order.
static float sum_lanes(local const float *partial)
{
    float sum = 0;
    for (int lane = 0; lane < LANES; lane++) sum += partial[lane];
    return sum;
}

// What norms subtract and multiply with. RMS norm (not centred) subtracts nothing.
static void statistics(
    global const float *x, int x_stride, int rows, int columns, float epsilon, int centred, local float *partial, float *mean, float *scale)
{
    const int lane = get_local_id(0);
    for (int t = 0; t < TILE; t++) mean[t] = 0;
    if (centred)
    {
        for (int t = 0; t < TILE; t++)
        {
            global const float *row = x + (size_t)min(t, rows - 1) * x_stride;
            float sum = 0;
            for (int i = lane; i < columns; i += LANES) sum += row[i];
            partial[t * (LANES + 1) + lane] = sum;
        }
        barrier(CLK_LOCAL_MEM_FENCE);
        for (int t = 0; t < TILE; t++) mean[t] = sum_lanes(partial + t * (LANES + 1)) / columns;
        barrier(CLK_LOCAL_MEM_FENCE);
    }
    for (int t = 0; t < TILE; t++)
    {
        global const float *row = x + (size_t)min(t, rows - 1) * x_stride;
        float sum = 0;
        for (int i = lane; i < columns; i += LANES) sum = fma(row[i] - mean[t], row[i] - mean[t], sum);
        partial[t * (LANES + 1) + lane] = sum;
    }
    barrier(CLK_LOCAL_MEM_FENCE);
    for (int t = 0; t < TILE; t++) scale[t] = 1 / sqrt(sum_lanes(partial + t * (LANES + 1)) / columns + epsilon);
    barrier(CLK_LOCAL_MEM_FENCE);
}

// sums[o * TILE + t] = w[first + o, *] * f(x[t, *]), f being the norm or, where norm_weight is null, nothing.
static void tile_sums(
    global const weight *w, int outputs, int columns, int stride, global const float *x, int x_stride, int rows,
    global const float *norm_weight, global const float *norm_bias, float epsilon, int centred, local float *partial, local float *sums)
{
    const int lane = get_local_id(0);
    const int first = get_group_id(0) * OUTPUTS;
    float mean[TILE], scale[TILE];
    if (norm_weight) statistics(x, x_stride, rows, columns, epsilon, centred, partial, mean, scale);
    float4 sum[SUMS];
    for (int s = 0; s < SUMS; s++) sum[s] = 0;
    for (int i = lane; i < stride / 4; i += LANES)
    {
        float4 in[TILE];
        for (int t = 0; t < TILE; t++)
        {
            in[t] = vload4(i, x + (size_t)min(t, rows - 1) * x_stride);
            if (norm_weight) in[t] = fma((in[t] - mean[t]) * scale[t], vload4(i, norm_weight), vload4(i, norm_bias));
        }
        for (int o = 0; o < OUTPUTS; o++)
        {
            const float4 w4 = weights_at(w + (size_t)min(first + o, outputs - 1) * stride, i);
            for (int t = 0; t < TILE; t++) sum[o * TILE + t] = fma(w4, in[t], sum[o * TILE + t]);
        }
    }
    for (int s = 0; s < SUMS; s++) partial[s * (LANES + 1) + lane] = (sum[s].x + sum[s].y) + (sum[s].z + sum[s].w);
    barrier(CLK_LOCAL_MEM_FENCE);
    if (lane < SUMS) sums[lane] = sum_lanes(partial + lane * (LANES + 1));
    barrier(CLK_LOCAL_MEM_FENCE);
}

#define INPUTS                                                                                                       \
    global const weight *w, global const float *bias, int outputs, int columns, int stride,                          \
    global const float *norm_weight, global const float *norm_bias, float epsilon, int centred,                      \
    global const float *x, int x_stride, int x_first, int count

// After it, lane < SUMS has output and row of its sum; value is meant where is_mine.
#define TILE_SUMS                                                                                                    \
    local float partial[PARTIALS], sums[SUMS];                                                                       \
    const int tile = get_group_id(1) * TILE;                                                                         \
    tile_sums(w, outputs, columns, stride, x + (size_t)(x_first + tile) * x_stride, x_stride, count - tile,          \
        norm_weight, norm_bias, epsilon, centred, partial, sums);                                                    \
    const int lane = get_local_id(0);                                                                                \
    const int output = get_group_id(0) * OUTPUTS + lane / TILE, row = tile + lane % TILE;                            \
    const bool is_mine = lane < SUMS && output < outputs && row < count;                                             \
    const float value = is_mine ? sums[lane] + (bias ? bias[output] : 0) : 0

// y = W f(x) + b.
kernel void product(INPUTS, global float *y, int y_stride, int y_first)
{
    TILE_SUMS;
    if (is_mine) y[(size_t)(y_first + row) * y_stride + output] = value;
}

// y += W x + b: what a half-block adds to the hidden state.
kernel void add_product(INPUTS, global float *y, int y_stride, int y_first)
{
    TILE_SUMS;
    if (is_mine) y[(size_t)(y_first + row) * y_stride + output] += value;
}

// Queries, keys and values in one product; W's rows are theirs, one after the other. Keys and values go straight into the cache.
kernel void project(
    INPUTS, global float *queries, int query_stride, int query_rows, global float *keys, global float *values, int key_rows, int head_dim,
    int capacity, int position)
{
    TILE_SUMS;
    if (!is_mine) return;
    const int key = output - query_rows, other = key - key_rows;
    if (key < 0) queries[(size_t)row * query_stride + output] = value;
    else if (other < 0) keys[(size_t)key * capacity + position + row] = value;
    else values[((size_t)(other / head_dim) * capacity + position + row) * head_dim + other % head_dim] = value;
}

// y = norm(x), a group for each row. For what has no product behind its norm.
kernel void norm_rows(
    global const float *norm_weight, global const float *norm_bias, float epsilon, int centred, int columns,
    global const float *x, int x_stride, int x_first, global float *y, int y_stride)
{
    local float partial[TILE * (LANES + 1)];
    const int row = get_group_id(1);
    float mean[TILE], scale[TILE];
    x += (size_t)(x_first + row) * x_stride;
    statistics(x, x_stride, 1, columns, epsilon, centred, partial, mean, scale);
    for (int i = get_local_id(0); i < columns; i += LANES)
    {
        y[(size_t)row * y_stride + i] = fma((x[i] - mean[0]) * scale[0], norm_weight[i], norm_bias[i]);
    }
}

#define SILU 0
#define GELU 1
#define GELU_TANH 2
#define RELU 3

static float activate(int activation, float v)
{
    switch (activation)
    {
        case SILU: return v / (1 + exp(-v));
        case GELU: return 0.5f * v * (1 + erf(v * 0.7071067811865476f));
        // v (1 + tanh z) / 2 = v sigmoid(2 z), z = sqrt(2 / pi) (v + 0.044715 v^3)
        case GELU_TANH: return v / (1 + exp(-2 * 0.7978845608028654f * fma(0.044715f * v * v, v, v)));
        default: return fmax(v, 0.0f);
    }
}

// y = activation(W x + b).
kernel void feed_forward(INPUTS, global float *y, int y_stride, int activation)
{
    TILE_SUMS;
    if (is_mine) y[(size_t)row * y_stride + output] = activate(activation, value);
}

// y = activation(gate x) * (up x). W's rows are gate and up by turns, so that both are in one group.
kernel void gated_feed_forward(INPUTS, global float *y, int y_stride, int activation)
{
    TILE_SUMS;
    if (!is_mine || output % 2 != 0) return;
    const float up = sums[lane + TILE] + (bias ? bias[output + 1] : 0);
    y[(size_t)row * y_stride + output / 2] = activate(activation, value) * up;
}
