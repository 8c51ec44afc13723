// What is asked of a hidden state: a small network, or how much it has changed. One work-group each: there is too little to do for two.
// Behind lanes.cl.

#define ROWS 8 // outputs at a time, by lanes that read neighbouring columns
#define COLUMNS (LANES / ROWS)
#define EPSILON 1e-6f // of the state's mean square, as on the host

typedef struct { int inputs, outputs, is_rounded, weights, bias; } dense;

// outputs = W tanh(... tanh(W [state / rms(state), rest] + b) ...) + b. Weights of wide layers are BF16 (rounded), all else F32 (exact);
// both row-major. inner, [2, width], is scratch for what lies between two layers.
kernel void evaluate(
    global const float *states, int stride, int row, int hidden, global const float *rest, global const dense *network, int layers,
    global const ushort *rounded, global const float *exact, global float *inner, int width, global float *outputs)
{
    local float shared[LANES], partial[ROWS * (COLUMNS + 1)];
    const int lane = get_local_id(0), column = lane % COLUMNS, line = lane / COLUMNS;
    global const float *state = states + (size_t)row * stride;
    float squares = 0;
    for (int i = lane; i < hidden; i += LANES) squares = fma(state[i], state[i], squares);
    const float scale = 1 / sqrt(sum_floats(squares, shared) / hidden + EPSILON);
    for (int layer = 0; layer < layers; layer++)
    {
        const dense d = network[layer];
        global const float *input = inner + (layer + 1) % 2 * width;
        global float *output = layer == layers - 1 ? outputs : inner + layer % 2 * width;
        for (int first = 0; first < d.outputs; first += ROWS)
        {
            const int mine = first + line;
            float sum = 0;
            for (int i = column; i < d.inputs && mine < d.outputs; i += COLUMNS)
            {
                const size_t at = (size_t)d.weights + (size_t)mine * d.inputs + i;
                const float weight = d.is_rounded ? as_float((uint)rounded[at] << 16) : exact[at];
                const float value = layer > 0 ? input[i] : i < hidden ? state[i] * scale : rest[i - hidden];
                sum = fma(weight, value, sum);
            }
            partial[line * (COLUMNS + 1) + column] = sum;
            barrier(CLK_LOCAL_MEM_FENCE);
            if (column == 0 && mine < d.outputs)
            {
                sum = 0;
                for (int i = 0; i < COLUMNS; i++) sum += partial[line * (COLUMNS + 1) + i];
                sum += exact[d.bias + mine];
                output[mine] = layer == layers - 1 ? sum : tanh(sum);
            }
            barrier(CLK_LOCAL_MEM_FENCE | CLK_GLOBAL_MEM_FENCE);
        }
    }
}

// The cosine between a row and row 0 of others.
kernel void cosine(global const float *states, int stride, int row, int hidden, global const float *kept, global float *result)
{
    local float shared[LANES];
    global const float *state = states + (size_t)row * stride;
    float product = 0, squares = 0, kept_squares = 0;
    for (int i = get_local_id(0); i < hidden; i += LANES)
    {
        product = fma(state[i], kept[i], product);
        squares = fma(state[i], state[i], squares);
        kept_squares = fma(kept[i], kept[i], kept_squares);
    }
    product = sum_floats(product, shared);
    squares = sum_floats(squares, shared);
    kept_squares = sum_floats(kept_squares, shared);
    if (get_local_id(0) == 0) *result = product / (sqrt(squares) * sqrt(kept_squares));
}

// Row 0 of others becomes a row. One item per element.
kernel void keep(global const float *states, int stride, int row, global float *kept)
{
    kept[get_global_id(0)] = states[(size_t)row * stride + get_global_id(0)];
}
