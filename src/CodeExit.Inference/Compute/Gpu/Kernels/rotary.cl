// Rotates queries and the keys that were just cached, in place: pairs are (i, i + half), the rest of a head stays. One item per pair, head
// and row; cos and sin, [positions, half], come from the host, with every scaling already in them.
kernel void rotate_heads(
    global float *queries, int query_stride, int query_heads, global float *keys, int head_dim, int capacity, int position,
    global const float *cosines, global const float *sines, int half_dim)
{
    const int i = get_global_id(0), head = get_global_id(1), row = get_global_id(2);
    const float c = cosines[(size_t)(position + row) * half_dim + i], s = sines[(size_t)(position + row) * half_dim + i];
    global float *first, *second;
    if (head < query_heads)
    {
        first = queries + (size_t)row * query_stride + head * head_dim + i;
        second = first + half_dim;
    }
    else
    {
        first = keys + (size_t)((head - query_heads) * head_dim + i) * capacity + position + row;
        second = first + (size_t)half_dim * capacity;
    }
    const float a = *first, b = *second;
    *first = a * c - b * s;
    *second = b * c + a * s;
}
