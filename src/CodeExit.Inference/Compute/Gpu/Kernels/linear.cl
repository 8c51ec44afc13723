// Products with a weight matrix, and what becomes of their outputs. How a product is made (tile.cl, gemm.cl) stands before; it leaves each
// lane OWN pairs of outputs (even, odd) of a row in local memory, [pair][lane], so that what belongs together meets: gate and up, the halves of
// a rotation.

#define INPUTS                                                                                                       \
    global const uint4 *w, global const float *scales, global const float *bias, int outputs, int columns,           \
    global const float *norm_weight, global const float *norm_bias, float epsilon, global const float *x, int x_stride, int x_first, int count

#define LINEAR kernel __attribute__((reqd_work_group_size(GROUP, 1, 1))) void

// What is added to a lane's only pair, or rotates it, is loaded before the product is made: behind it, a whole launch would wait for it.
#define PRODUCTS(norm_weight)                                                                                        \
    local float4 memory[MEMORY];                                                                                     \
    const float2 only_bias = OWN == 1 ? bias_at(bias, own_output(0), outputs) : 0;                                   \
    products(w, scales, outputs, columns, norm_weight, norm_bias, epsilon, x + (size_t)x_first * x_stride, x_stride, count, memory)

// The host pads biases to whole blocks.
INLINED float2 bias_at(global const float *bias, int output, int outputs)
{
    return bias && output < outputs ? ((global const float2 *)bias)[output / 2] : 0;
}

// output, row and value of a lane's i-th pair.
#define PAIR(i)                                                                                                      \
    const int output = own_output(i), row = own_row(i);                                                              \
    if (output >= outputs || row >= count) continue;                                                                 \
    const float2 value = ((local const float2 *)memory)[i * GROUP + get_local_id(0)] + (OWN == 1 ? only_bias : bias_at(bias, output, outputs))

// y = W f(x) + b, f being the norm or, where norm_weight is null, nothing.
LINEAR product(INPUTS, global float *y, int y_stride, int y_first)
{
    PRODUCTS(norm_weight);
    for (int i = 0; i < OWN; i++)
    {
        PAIR(i);
        global float *target = y + (size_t)(y_first + row) * y_stride + output;
        target[0] = value.x;
        if (output + 1 < outputs) target[1] = value.y;
    }
}

// A pair of y, 0 where there is none.
INLINED float2 sum_at(global const float *y, int stride, int row, int count, int output, int outputs)
{
    y += (size_t)row * stride + output;
    return (float2)(row < count && output < outputs ? y[0] : 0, row < count && output + 1 < outputs ? y[1] : 0);
}

// y += W x + b: what a half-block adds to the hidden state.
LINEAR add_product(INPUTS, global float *y, int y_stride, int y_first)
{
    y += (size_t)y_first * y_stride;
    const float2 only_sum = OWN == 1 ? sum_at(y, y_stride, own_row(0), count, own_output(0), outputs) : 0;
    PRODUCTS(0);
    for (int i = 0; i < OWN; i++)
    {
        PAIR(i);
        const float2 sum = (OWN == 1 ? only_sum : sum_at(y, y_stride, row, count, output, outputs)) + value;
        global float *target = y + (size_t)row * y_stride + output;
        target[0] = sum.x;
        if (output + 1 < outputs) target[1] = sum.y;
    }
}

typedef struct
{
    global float *queries, *keys, *values;
    int query_stride, query_heads, key_heads, dim, capacity, position;
} head_targets;

// Query heads and then key heads. Keys go straight into the cache.
INLINED void store_head(head_targets to, int head, int d, int row, float v)
{
    if (head < to.query_heads) to.queries[(size_t)row * to.query_stride + head * to.dim + d] = v;
    else to.keys[((size_t)(head - to.query_heads) * to.dim + d) * to.capacity + to.position + row] = v;
}

// An output behind the pairs: what is not rotated of query and key heads, head by head, then values.
INLINED void store_rest(head_targets to, int rest, int half_dim, int row, float v)
{
    const int fixed = to.dim - 2 * half_dim, value = rest - (to.query_heads + to.key_heads) * fixed;
    if (value < 0) store_head(to, rest / fixed, 2 * half_dim + rest % fixed, row, v);
    else to.values[((size_t)(value / to.dim) * to.capacity + to.position + row) * to.dim + value % to.dim] = v;
}

// Cosine and sine for a pair, 0 where it is not rotated.
INLINED float2 rotation_at(global const float *cosines, global const float *sines, int half_dim, int position, int output, int rotated)
{
    if (output >= rotated) return 0;
    const size_t at = (size_t)position * half_dim + output / 2 % half_dim;
    return (float2)(cosines[at], sines[at]);
}

// Queries, keys and values in one product, queries and keys rotated. W's rows are first the pairs (i, i + half_dim) of all query and key
// heads. cosines and sines, [positions, half_dim], come from the host, with every scaling already in them.
LINEAR project(
    INPUTS, global float *queries, int query_stride, int query_heads, global float *keys, global float *cached_values, int key_heads, int head_dim,
    int capacity, int position, global const float *cosines, global const float *sines, int half_dim)
{
    const int rotated = (query_heads + key_heads) * half_dim * 2;
    const float2 only_rotation = OWN == 1 && own_row(0) < count ? rotation_at(cosines, sines, half_dim, position + own_row(0), own_output(0), rotated) : 0;
    PRODUCTS(norm_weight);
    const head_targets to = { queries, keys, cached_values, query_stride, query_heads, key_heads, head_dim, capacity, position };
    for (int i = 0; i < OWN; i++)
    {
        PAIR(i);
        if (output < rotated)
        {
            const int head = output / 2 / half_dim, d = output / 2 % half_dim;
            const float2 by = OWN == 1 ? only_rotation : rotation_at(cosines, sines, half_dim, position + row, output, rotated);
            store_head(to, head, d, row, value.x * by.x - value.y * by.y);
            store_head(to, head, d + half_dim, row, value.y * by.x + value.x * by.y);
            continue;
        }
        store_rest(to, output - rotated, half_dim, row, value.x);
        if (output + 1 < outputs) store_rest(to, output + 1 - rotated, half_dim, row, value.y);
    }
}

#define SILU 0
#define GELU 1
#define GELU_TANH 2
#define RELU 3

INLINED float activate(int activation, float v)
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

// y = activation(W f(x) + b).
LINEAR feed_forward(INPUTS, global float *y, int y_stride, int activation)
{
    PRODUCTS(norm_weight);
    for (int i = 0; i < OWN; i++)
    {
        PAIR(i);
        global float *target = y + (size_t)row * y_stride + output;
        target[0] = activate(activation, value.x);
        if (output + 1 < outputs) target[1] = activate(activation, value.y);
    }
}

// y = activation(gate f(x)) * (up f(x)). W's rows are gate and up by turns.
LINEAR gated_feed_forward(INPUTS, global float *y, int y_stride, int activation)
{
    PRODUCTS(norm_weight);
    for (int i = 0; i < OWN; i++)
    {
        PAIR(i);
        y[(size_t)row * y_stride + output / 2] = activate(activation, value.x) * value.y;
    }
}
