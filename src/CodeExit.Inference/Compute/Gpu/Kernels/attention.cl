// Causal grouped-query attention with online softmax (Milakov and Gimelshein, 1805.02867): a work-group for each query head and row goes
// through the cache once, 64 positions at a time from a multiple of 64, so the order of additions depends on the row's position alone.
// A lane is first a position (its score), then a dimension or a few (its part of the output).
//   keys    [kv heads][head_dim][capacity]      values    [kv heads][capacity][head_dim]
// Either way neighbouring lanes read neighbouring numbers.

#define MAX_HEAD_DIM 256
#define DIMENSIONS (MAX_HEAD_DIM / LANES)

kernel void attend(
    global const float *queries, int query_stride, int skipped, global const float *keys, global const float *values, int group_size,
    int head_dim, int capacity, int position, int window, float scale, global float *y, int y_stride)
{
    local float query[MAX_HEAD_DIM], scores[LANES];
    const int lane = get_local_id(0), head = get_group_id(0), row = get_group_id(1);
    const int last = position + row, first = max(0, last - window + 1);
    global const float *source = queries + (size_t)(skipped + row) * query_stride + head * head_dim;
    keys += (size_t)(head / group_size) * head_dim * capacity;
    values += (size_t)(head / group_size) * capacity * head_dim;
    for (int d = lane; d < head_dim; d += LANES) query[d] = source[d] * scale;
    barrier(CLK_LOCAL_MEM_FENCE);

    float largest = -INFINITY, total = 0, sums[DIMENSIONS];
    for (int c = 0; c < DIMENSIONS; c++) sums[c] = 0;
    for (int start = first / LANES * LANES; start <= last; start += LANES)
    {
        const int at = start + lane;
        const bool is_seen = at >= first && at <= last;
        float score = is_seen ? 0 : -INFINITY;
        if (is_seen) for (int d = 0; d < head_dim; d++) score = fma(query[d], keys[(size_t)d * capacity + at], score);
        scores[lane] = score;
        barrier(CLK_LOCAL_MEM_FENCE);
        float top = largest;
        for (int j = 0; j < LANES; j++) top = fmax(top, scores[j]);
        barrier(CLK_LOCAL_MEM_FENCE);
        scores[lane] = is_seen ? exp(score - top) : 0;
        barrier(CLK_LOCAL_MEM_FENCE);
        // Before the first 64 there is nothing to correct, and no NaN from infinity less infinity: top is finite, some position is seen.
        const float correction = exp(largest - top);
        float sum = 0;
        for (int j = 0; j < LANES; j++) sum += scores[j];
        total = fma(total, correction, sum);
        largest = top;
        const int count = min(LANES, last + 1 - start);
        for (int c = 0; c < DIMENSIONS; c++)
        {
            const int d = lane + c * LANES;
            if (d >= head_dim) continue;
            float value = sums[c] * correction;
            for (int j = 0; j < count; j++) value = fma(scores[j], values[(size_t)(start + j) * head_dim + d], value);
            sums[c] = value;
        }
        barrier(CLK_LOCAL_MEM_FENCE);
    }
    for (int c = 0; c < DIMENSIONS; c++)
    {
        const int d = lane + c * LANES;
        if (d < head_dim) y[(size_t)row * y_stride + head * head_dim + d] = sums[c] / total;
    }
}
