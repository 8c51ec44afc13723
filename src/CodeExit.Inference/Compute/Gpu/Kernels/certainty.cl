// What a row of logits says: its largest, and how sure it is of that. Many groups look at a piece of the row each, then one group a row puts
// the pieces together: two launches, so that no group waits for another. Sums are made in one order whatever the device does first.
// Behind lanes.cl.

#define EACH 4 // logits of a lane: one load of 16 bytes
#define CHUNK (LANES * EACH)

// Of some logits: the two largest, where the largest is (the first of equals), and the sums of e^x and e^x x with x = logit - first.
// What is no number is not seen; of nothing seen the index is INT_MAX and the sum 0.
typedef struct { float first, second, sum, weighted; int index; } summary;

INLINED summary of_nothing(void)
{
    const summary nothing = { -INFINITY, -INFINITY, 0, 0, INT_MAX };
    return nothing;
}

INLINED summary of_one(float logit, int index)
{
    if (isnan(logit)) return of_nothing();
    const summary one = { logit, -INFINITY, logit > -INFINITY ? 1 : 0, 0, index };
    return one;
}

// Brings a part's sums to the whole's largest: e^(x + shift) and e^(x + shift) (x + shift).
INLINED void add_sums(summary *whole, summary part)
{
    const float shift = part.first == whole->first ? 0 : part.first - whole->first, scale = exp(shift);
    if (part.sum == 0 || scale == 0) return; // also keeps infinity times 0 out
    whole->sum = fma(part.sum, scale, whole->sum);
    whole->weighted = fma(fma(part.sum, shift, part.weighted), scale, whole->weighted);
}

INLINED summary merge(summary a, summary b)
{
    const bool is_a = a.first > b.first || (a.first == b.first && a.index < b.index);
    summary both = { is_a ? a.first : b.first, fmax(fmin(a.first, b.first), fmax(a.second, b.second)), 0, 0, is_a ? a.index : b.index };
    add_sums(&both, a);
    add_sums(&both, b);
    return both;
}

// Lane 0 gets all of the group's.
INLINED summary merge_lanes(summary own, local summary *shared)
{
    const int lane = get_local_id(0);
    shared[lane] = own;
    barrier(CLK_LOCAL_MEM_FENCE);
    for (int reach = LANES / 2; reach > 0; reach /= 2)
    {
        if (lane < reach) shared[lane] = merge(shared[lane], shared[lane + reach]);
        barrier(CLK_LOCAL_MEM_FENCE);
    }
    return shared[0];
}

// parts, [rows, chunks]. Rows of logits are padded to whole vectors of 4.
kernel void summarize(global const float *logits, int stride, int vocabulary, global summary *parts)
{
    local summary shared[LANES];
    const int row = get_group_id(1), first = get_group_id(0) * CHUNK + get_local_id(0) * EACH;
    summary own = of_nothing();
    if (first < vocabulary)
    {
        const float4 four = *(global const float4 *)(logits + (size_t)row * stride + first);
        own = of_one(four.x, first);
        if (first + 1 < vocabulary) own = merge(own, of_one(four.y, first + 1));
        if (first + 2 < vocabulary) own = merge(own, of_one(four.z, first + 2));
        if (first + 3 < vocabulary) own = merge(own, of_one(four.w, first + 3));
    }
    own = merge_lanes(own, shared);
    if (get_local_id(0) == 0) parts[(size_t)row * get_num_groups(0) + get_group_id(0)] = own;
}

// As Certainty.Of of the host has it; 16 bytes that are read together.
typedef struct { int largest; float log_first, log_second, entropy; } conclusion;

#define LEAST_LOG -30.0f

kernel void conclude(global const summary *parts, int chunks, global conclusion *conclusions)
{
    local summary shared[LANES];
    const int row = get_group_id(1);
    summary own = of_nothing();
    for (int chunk = get_local_id(0); chunk < chunks; chunk += LANES) own = merge(own, parts[(size_t)row * chunks + chunk]);
    own = merge_lanes(own, shared);
    if (get_local_id(0) != 0) return;
    // Nothing but minus infinity, or no number at all, is sure of its first token.
    const bool is_finite = own.sum > 0;
    const float log_sum = is_finite ? log(own.sum) : 0;
    conclusion row_says;
    row_says.largest = own.index == INT_MAX ? 0 : own.index;
    row_says.log_first = -log_sum;
    row_says.log_second = is_finite ? fmax(LEAST_LOG, own.second - own.first - log_sum) : LEAST_LOG;
    row_says.entropy = is_finite ? fmax(0.0f, log_sum - own.weighted / own.sum) : 0;
    conclusions[row] = row_says;
}
