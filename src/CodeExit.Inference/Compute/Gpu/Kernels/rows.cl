// Work on single rows of hidden states.

// y[row] = embedding of the row's token, and of its position where these are learned (else positions is null). One item per element.
// A single token comes as a number, with tokens null: nothing to copy, nothing to wait for.
kernel void embed(
    global const int *tokens, int single, global const uint4 *table, global const float *positions, int first_position,
    global float *y, int y_stride, int y_first)
{
    const int i = get_global_id(0), row = get_global_id(1), columns = get_global_size(0);
    float value = weight_at(table, columns, tokens ? tokens[row] : single, i);
    if (positions) value += positions[(size_t)(first_position + row) * columns + i];
    y[(size_t)(y_first + row) * y_stride + i] = value;
}

// y += x, row by row. One item per element.
kernel void add_rows(global const float *x, int x_stride, int x_first, global float *y, int y_stride, int y_first)
{
    const int i = get_global_id(0), row = get_global_id(1);
    y[(size_t)(y_first + row) * y_stride + i] += x[(size_t)(x_first + row) * x_stride + i];
}

// All lanes get the sum, added by halves: the upper half's onto the lower's, six times.
INLINED float sum_of_lanes(local float *partial, float own)
{
    const int lane = get_local_id(0);
    partial[lane] = own;
    for (int reach = LANES / 2; reach > 0; reach /= 2)
    {
        barrier(CLK_LOCAL_MEM_FENCE);
        if (lane < reach) partial[lane] += partial[lane + reach];
    }
    barrier(CLK_LOCAL_MEM_FENCE);
    const float sum = partial[0];
    barrier(CLK_LOCAL_MEM_FENCE);
    return sum;
}

// y = norm(x), a group for each row; y may be x. RMS norm (not centred) subtracts nothing. For what has no product behind its norm.
kernel void norm_each_row(
    global const float *norm_weight, global const float *norm_bias, float epsilon, int centred, int columns,
    global const float *x, int x_stride, int x_first, global float *y, int y_stride, int y_first)
{
    local float partial[LANES];
    const int lane = get_local_id(0), row = get_group_id(1);
    x += (size_t)(x_first + row) * x_stride;
    y += (size_t)(y_first + row) * y_stride;
    float sum = 0, squares = 0;
    for (int i = lane; i < columns; i += LANES) sum += x[i];
    sum = sum_of_lanes(partial, sum);
    const float mean = centred ? sum / columns : 0;
    for (int i = lane; i < columns; i += LANES) squares = fma(x[i] - mean, x[i] - mean, squares);
    const float scale = 1 / sqrt(sum_of_lanes(partial, squares) / columns + epsilon);
    for (int i = lane; i < columns; i += LANES) y[i] = fma((x[i] - mean) * scale, norm_weight[i], norm_bias[i]);
}
