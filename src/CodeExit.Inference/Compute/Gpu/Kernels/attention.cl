// Causal grouped-query attention over pieces of 64 positions (flash-decoding: Dao et al., 2023). A work-group takes QUERIES queries of one
// key/value head, heads of a group and rows side by side, so that a key or value is read once for all of them, and goes through one piece
// or all of them. What a query gets is added up in one order, whoever does it and how many queries ride along:
//   score      a strip of dimensions (a quarter of the head) after the other, the four by pairs
//   weight     2^(score - e), e the piece's largest score rounded up; fours by pairs, then one four after the other
//   output     a run of positions after the other, then the runs
//   the whole  one piece after the other, from the first that the query sees
// Exponents are whole numbers, so that the corrections between pieces are powers of two: no exponential, and nothing is rounded.
//   keys    [kv heads][head_dim][capacity]      values    [kv heads][capacity][head_dim]      capacity a multiple of 64
// Either way neighbouring lanes read neighbouring numbers.
// HEAD_DIM and QUERIES (4, 8 or 16) are given when it is compiled: loops over them unroll, and sums stay in registers.
#define LANES 256
#define PIECE 64
#define FOURS (QUERIES / 4)
// Scores: lanes of a position share out the dimensions.
#define STRIPS (LANES / PIECE)
#define STRIP ((HEAD_DIM + STRIPS - 1) / STRIPS)
// Weights: lanes of a query share out the positions.
#define PARTS (LANES / QUERIES)
#define PART (PIECE / PARTS)
#define FOUR_PARTS (4 / PART)
// Outputs: lanes of a dimension share out the positions, and then the queries. Heads wider than 256 go in slices.
#define WIDTH (HEAD_DIM <= 64 ? 64 : HEAD_DIM <= 128 ? 128 : LANES)
#define RUNS (LANES / WIDTH)
#define RUN (PIECE / RUNS)
#define OWN (QUERIES / RUNS)
#define SLICES ((HEAD_DIM + WIDTH - 1) / WIDTH)
// One more than the positions: what lies side by side for positions and is read side by side for queries stays out of the same bank.
#define SCORES (PIECE + 1)
// A lane takes its keys and its values of a piece in bites. While it works on one the next is on its way, be it of the next piece.
#define MOST (QUERIES == 16 ? 8 : 16) // many queries need the registers
#define KEY_BITES ((STRIP + MOST - 1) / MOST)
#define KEY_BITE ((STRIP + KEY_BITES - 1) / KEY_BITES)
#define VALUE_BITE (RUN < MOST ? RUN : MOST)
#define VALUE_BITES (RUN / VALUE_BITE) // of a slice

INLINED float by_pairs(const float *v, int count)
{
    return count == 1 ? v[0] : count == 2 ? v[0] + v[1] : (v[0] + v[1]) + (v[2] + v[3]);
}

// 2^e of a whole e that is not positive. Exact, or 0 where it would not be.
INLINED float power_of_two(float e)
{
    return e < -126 ? 0 : as_float((127 + (int)e) << 23);
}

// Adds a piece's (exponent, total) to that of all before it. What to multiply the outputs of both with, these first.
INLINED float2 add_piece(float2 *whole, float2 piece)
{
    const bool is_seen = piece.x > -INFINITY; // by the query
    const float exponent = fmax(whole->x, piece.x);
    const float2 factors = is_seen ? (float2)(power_of_two(whole->x - exponent), power_of_two(piece.x - exponent)) : (float2)(1, 0);
    whole->x = exponent;
    whole->y = is_seen ? fma(whole->y, factors.x, piece.y * factors.y) : whole->y;
    return factors;
}

// A bite of keys, of those that a lane has from all pieces. Past the head's end the query is 0: what follows is the same number again, and
// no other head's.
INLINED void load_keys(global const float *keys, int capacity, int bite, int at, int strip, float *to)
{
    keys += bite / KEY_BITES * PIECE + at;
    UNROLL for (int i = 0; i < KEY_BITE; i++)
    {
        const int d = strip * STRIP + bite % KEY_BITES * KEY_BITE + i;
        to[i] = keys[(size_t)(STRIPS * KEY_BITES * KEY_BITE == HEAD_DIM ? d : min(d, HEAD_DIM - 1)) * capacity];
    }
}

// The same of values. What lies behind the last row may be left from another sequence: it is not read, for 0 times infinity is no number.
INLINED void load_values(global const float *values, int bite, int column, int run, int last, float *to)
{
    const int slice = bite / VALUE_BITES % SLICES, first = bite / (SLICES * VALUE_BITES) * PIECE + run * RUN + bite % VALUE_BITES * VALUE_BITE;
    values += (size_t)first * HEAD_DIM + min(slice * WIDTH + column, HEAD_DIM - 1);
    UNROLL for (int j = 0; j < VALUE_BITE; j++) to[j] = first + j <= last ? values[j * HEAD_DIM] : 0;
}

// With outputs and totals null: y = attention, each group going through all pieces. Else a group takes one piece, and leaves its outputs,
// [rows][heads][pieces][head_dim], and their (exponent, total), [rows][heads][pieces], for merge_pieces.
kernel __attribute__((reqd_work_group_size(LANES, 1, 1))) void attend(
    global const float *queries, int query_stride, int skipped, int rows, int group_size, global const float *keys, global const float *values,
    int capacity, int position, int window, float scale, global float *outputs, global float2 *totals, global float *y, int y_stride)
{
    local float4 query[STRIPS * STRIP * FOURS];           // [dimension][query]
    local float4 weights[PIECE * FOURS];                  // [position][query]
    local float partial[STRIPS * QUERIES * SCORES];       // [strip][query][position], then [run][query][dimension]
    local float largest[LANES], sums[LANES];              // [part][query]
    local float kept[QUERIES], added[QUERIES];
    const int lane = get_local_id(0), kv = get_group_id(0), count = rows * group_size;
    // Later rows see more: they begin first, so that the launch does not end with a long one.
    const int tile = (get_num_groups(1) - 1 - get_group_id(1)) * QUERIES;
    const int first_row = tile / group_size, last_row = min(tile + QUERIES - 1, count - 1) / group_size, heads = get_num_groups(0) * group_size;
    const int first_piece = max(0, position - window + 1) / PIECE; // of the batch
    int begin = max(0, position + first_row - window + 1) / PIECE, end = (position + last_row) / PIECE + 1;
    if (outputs)
    {
        const int piece = first_piece + get_group_id(2);
        end = min(end, piece + 1);
        begin = max(begin, piece);
    }
    keys += (size_t)kv * HEAD_DIM * capacity;
    values += (size_t)kv * capacity * HEAD_DIM;
    const int at = lane % PIECE, strip = lane / PIECE, column = lane % WIDTH, run = lane / WIDTH;
    float key[KEY_BITE], value[VALUE_BITE];
    if (begin < end)
    {
        load_keys(keys, capacity, begin * KEY_BITES, at, strip, key);
        load_values(values, begin * SLICES * VALUE_BITES, column, run, position + last_row, value);
    }

    for (int i = lane; i < STRIPS * STRIP * QUERIES; i += LANES)
    {
        const int d = i % (STRIPS * STRIP), q = i / (STRIPS * STRIP), own = min(tile + q, count - 1);
        global const float *source = queries + (size_t)(skipped + own / group_size) * query_stride + (kv * group_size + own % group_size) * HEAD_DIM;
        ((local float *)query)[d * QUERIES + q] = d < HEAD_DIM ? source[d] * scale : 0;
    }
    const int q = lane % QUERIES, part = lane / QUERIES;
    const int last = position + min(tile + q, count - 1) / group_size, first = max(0, last - window + 1);
    float2 whole = (float2)(-INFINITY, 0); // of query q, in its first lane
    float output[SLICES * OWN];            // of column and queries run, run + RUNS, …
    UNROLL for (int i = 0; i < SLICES * OWN; i++) output[i] = 0;

    for (int piece = begin; piece < end; piece++)
    {
        const int start = piece * PIECE;
        barrier(CLK_LOCAL_MEM_FENCE);
        {
            float4 sum[FOURS];
            UNROLL for (int f = 0; f < FOURS; f++) sum[f] = 0;
#pragma unroll 1
            for (int bite = 0; bite < KEY_BITES; bite++)
            {
                UNROLL for (int i = 0; i < KEY_BITE; i++)
                {
                    if (STRIP % KEY_BITE != 0 && bite * KEY_BITE + i >= STRIP) continue;
                    const int d = strip * STRIP + bite * KEY_BITE + i;
                    UNROLL for (int f = 0; f < FOURS; f++) sum[f] = fma((float4)key[i], query[d * FOURS + f], sum[f]);
                }
                const int next = piece * KEY_BITES + bite + 1;
                if (next < end * KEY_BITES) load_keys(keys, capacity, next, at, strip, key);
            }
            UNROLL for (int f = 0; f < FOURS; f++)
            {
                local float *target = partial + (strip * QUERIES + f * 4) * SCORES + at;
                target[0] = sum[f].x;
                target[SCORES] = sum[f].y;
                target[2 * SCORES] = sum[f].z;
                target[3 * SCORES] = sum[f].w;
            }
        }
        barrier(CLK_LOCAL_MEM_FENCE);
        float score[PART], top = -INFINITY;
        UNROLL for (int i = 0; i < PART; i++)
        {
            local const float *sum = partial + q * SCORES + part * PART + i;
            const int seen = start + part * PART + i;
            score[i] = seen < first || seen > last ? -INFINITY
                : (sum[0] + sum[QUERIES * SCORES]) + (sum[2 * QUERIES * SCORES] + sum[3 * QUERIES * SCORES]);
            top = fmax(top, score[i]);
        }
        largest[lane] = top;
        barrier(CLK_LOCAL_MEM_FENCE);
        for (int i = 0; i < PARTS; i++) top = fmax(top, largest[i * QUERIES + q]);
        top = ceil(top);
        UNROLL for (int i = 0; i < PART; i++)
        {
            score[i] = score[i] == -INFINITY ? 0 : exp2(score[i] - top);
            ((local float *)weights)[(part * PART + i) * QUERIES + q] = score[i];
        }
        sums[lane] = by_pairs(score, PART);
        barrier(CLK_LOCAL_MEM_FENCE);
        if (lane < QUERIES)
        {
            float total = 0;
            for (int i = 0; i < PARTS; i += FOUR_PARTS)
            {
                float four[FOUR_PARTS];
                UNROLL for (int j = 0; j < FOUR_PARTS; j++) four[j] = sums[(i + j) * QUERIES + lane];
                total += by_pairs(four, FOUR_PARTS);
            }
            const float2 factors = add_piece(&whole, (float2)(top, total));
            kept[lane] = factors.x;
            added[lane] = factors.y;
        }
        UNROLL for (int slice = 0; slice < SLICES; slice++)
        {
            float4 sum[FOURS];
            UNROLL for (int f = 0; f < FOURS; f++) sum[f] = 0;
#pragma unroll 1
            for (int bite = 0; bite < VALUE_BITES; bite++)
            {
                UNROLL for (int j = 0; j < VALUE_BITE; j++)
                {
                    const int seen = run * RUN + bite * VALUE_BITE + j;
                    UNROLL for (int f = 0; f < FOURS; f++) sum[f] = fma((float4)value[j], weights[seen * FOURS + f], sum[f]);
                }
                const int next = (piece * SLICES + slice) * VALUE_BITES + bite + 1;
                if (next < end * SLICES * VALUE_BITES) load_values(values, next, column, run, position + last_row, value);
            }
            UNROLL for (int f = 0; f < FOURS; f++)
            {
                local float *target = partial + (run * QUERIES + f * 4) * WIDTH + column;
                target[0] = sum[f].x;
                target[WIDTH] = sum[f].y;
                target[2 * WIDTH] = sum[f].z;
                target[3 * WIDTH] = sum[f].w;
            }
            barrier(CLK_LOCAL_MEM_FENCE);
            UNROLL for (int i = 0; i < OWN; i++)
            {
                const int own = run + i * RUNS;
                float total = partial[own * WIDTH + column];
                for (int r = 1; r < RUNS; r++) total += partial[(r * QUERIES + own) * WIDTH + column];
                output[slice * OWN + i] = fma(output[slice * OWN + i], kept[own], total * added[own]);
            }
            if (SLICES > 1) barrier(CLK_LOCAL_MEM_FENCE);
        }
    }

    barrier(CLK_LOCAL_MEM_FENCE);
    if (lane < QUERIES) kept[lane] = whole.y;
    barrier(CLK_LOCAL_MEM_FENCE);
    if (begin >= end) return;
    if (outputs && lane < min(QUERIES, count - tile))
    {
        totals[(size_t)((tile + lane) / group_size * heads + kv * group_size + (tile + lane) % group_size) * get_num_groups(2) + get_group_id(2)] = whole;
    }
    UNROLL for (int i = 0; i < SLICES * OWN; i++)
    {
        const int d = i / OWN * WIDTH + column, own = run + i % OWN * RUNS, row = (tile + own) / group_size;
        const int head = kv * group_size + (tile + own) % group_size;
        if (d >= HEAD_DIM || tile + own >= count) continue;
        if (outputs) outputs[((size_t)(row * heads + head) * get_num_groups(2) + get_group_id(2)) * HEAD_DIM + d] = output[i];
        else y[(size_t)row * y_stride + head * HEAD_DIM + d] = output[i] / kept[own];
    }
}

// Pieces that are on their way at a time: each is added to those before it, but need not be waited for until then.
#define MERGED 8

// From a query's piece on; the last again, and not seen, for those behind it.
INLINED void load_pieces(global const float *outputs, global const float2 *totals, int d, int start, int end, float2 *own_totals, float *own_outputs)
{
    UNROLL for (int i = 0; i < MERGED; i++)
    {
        const size_t piece = min(start + i, end - 1);
        const float2 total = totals[piece]; // without a branch: it is loaded with the others
        own_totals[i] = start + i < end ? total : (float2)(-INFINITY, 0);
        own_outputs[i] = outputs[piece * HEAD_DIM + d];
    }
}

// y = the pieces that a launch of attend left, one after the other; an item for each dimension, head and row. A launch of its own: OpenCL C
// 1.2 has no way to order what one group stores before what another loads, and 3.0 has one as an option only (docs/gpu.md).
kernel void merge_pieces(
    global const float *outputs, global const float2 *totals, int pieces, int position, int window, global float *y, int y_stride)
{
    const int d = get_global_id(0), head = get_global_id(1), row = get_global_id(2);
    const int first_piece = max(0, position - window + 1) / PIECE;
    const int begin = max(0, position + row - window + 1) / PIECE - first_piece, end = (position + row) / PIECE + 1 - first_piece;
    const size_t query = ((size_t)row * get_global_size(1) + head) * pieces;
    outputs += query * HEAD_DIM;
    totals += query;
    float2 whole = (float2)(-INFINITY, 0), own_totals[MERGED];
    float output = 0, own_outputs[MERGED];
    int start = begin;
    if (start < end) load_pieces(outputs, totals, d, start, end, own_totals, own_outputs); // apart, as in tile.cl
    while (start < end)
    {
        UNROLL for (int i = 0; i < MERGED; i++)
        {
            const float2 factors = add_piece(&whole, own_totals[i]);
            output = fma(output, factors.x, own_outputs[i] * factors.y);
        }
        start += MERGED;
        if (start >= end) break;
        load_pieces(outputs, totals, d, start, end, own_totals, own_outputs);
    }
    y[(size_t)row * y_stride + head * HEAD_DIM + d] = output / whole.y;
}
