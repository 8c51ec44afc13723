// Work on single rows of hidden states.

// y[row] = embedding of the row's token, and of its position where these are learned (else positions is null). One item per element.
// A single token comes as a number, with tokens null: nothing to copy, nothing to wait for.
kernel void embed(
    global const int *tokens, int single, global const weight *table, int stride, global const float *positions, int first_position,
    global float *y, int y_stride, int y_first)
{
    const int i = get_global_id(0), row = get_global_id(1);
    float value = weight_at(table + (size_t)(tokens ? tokens[row] : single) * stride, i);
    if (positions) value += positions[(size_t)(first_position + row) * get_global_size(0) + i];
    y[(size_t)(y_first + row) * y_stride + i] = value;
}
