// Sampling: a row of logits becomes a distribution, cut to its nucleus, and a token is drawn with a number that the host gives. Sums are of
// whole units of 2^-40: integers add up to the same in any order, so neither atomics nor groups that end in another order change a token.
// Nothing is sorted: masses only grow along the tokens, so bisection finds the nucleus, and a prefix sum the token.
// Behind lanes.cl and certainty.cl.

#define UNIT 0x1p-40f
#define UNITS 0x1p40f // of 1
#define TOKEN_BITS 24 // of a vocabulary; its sums fit in 64

INLINED ulong units(float weight) { return (ulong)(weight * UNITS); }

// Unnormalized: 1 for the largest logit. What is no number weighs nothing.
INLINED float weight_of(float logit, float largest, float temperature)
{
    if (isnan(logit)) return 0;
    return logit == largest ? 1 : exp((logit - largest) / temperature);
}

// Integers from 0 on in the order of the logits. -0 is below 0, and both weigh the same.
INLINED uint key_of(float logit)
{
    const uint bits = as_uint(logit), sign = 0x80000000;
    return bits & sign ? ~bits : bits | sign;
}

// Which tokens are kept: those above the cut, and of those on it the first, up to bound.
typedef struct { float largest, mass; uint cut; int bound; } nucleus;

INLINED bool is_kept(float logit, int token, uint cut, int bound)
{
    const uint key = key_of(logit);
    return key > cut || (key == cut && token < bound);
}

// Mass of the candidates that such a cut keeps.
INLINED ulong mass_of(
    global const float *logits, global const int *candidates, int count, float largest, float temperature, uint cut, int bound, local ulong *shared)
{
    ulong own = 0;
    for (int i = get_local_id(0); i < count; i += LANES)
    {
        const int token = candidates[i];
        if (is_kept(logits[token], token, cut, bound)) own += units(weight_of(logits[token], largest, temperature));
    }
    return sum_units(own, shared);
}

// One group. top_p in 2^-64, 0 for all tokens. Tokens so unlikely that all of them together could not fill what the nucleus leaves out are
// no candidates: of a text model's tokens that leaves few, and each step of the bisections looks only at those.
// candidates, [vocabulary], is scratch.
kernel void find_nucleus(
    global const float *logits, int stride, int row, int vocabulary, global const summary *parts, int chunks, float temperature, ulong top_p,
    global int *candidates, global nucleus *found)
{
    local float tops[LANES];
    local ulong shared[LANES];
    local int count;
    const int lane = get_local_id(0);
    logits += (size_t)row * stride;
    parts += (size_t)row * chunks;

    tops[lane] = -INFINITY;
    for (int chunk = lane; chunk < chunks; chunk += LANES) tops[lane] = fmax(tops[lane], parts[chunk].first);
    barrier(CLK_LOCAL_MEM_FENCE);
    for (int reach = LANES / 2; reach > 0; reach /= 2)
    {
        if (lane < reach) tops[lane] = fmax(tops[lane], tops[lane + reach]);
        barrier(CLK_LOCAL_MEM_FENCE);
    }
    const float largest = tops[0];

    ulong own = 0;
    for (int token = lane; token < vocabulary; token += LANES) own += units(weight_of(logits[token], largest, temperature));
    const ulong total = sum_units(own, shared);

    const bool is_cut = top_p != 0;
    const ulong target = max((ulong)1, mul_hi(total, top_p)), least = (total - target) / vocabulary;
    if (lane == 0) count = 0;
    barrier(CLK_LOCAL_MEM_FENCE);
    for (int token = lane; token < vocabulary && is_cut; token += LANES)
    {
        if (units(weight_of(logits[token], largest, temperature)) > least) candidates[atomic_inc(&count)] = token;
    }
    barrier(CLK_LOCAL_MEM_FENCE | CLK_GLOBAL_MEM_FENCE);
    // Bit by bit, so that every lane goes round as often: the highest cut that keeps enough where all tokens on it stay, then most of these
    // that are not enough; one more is.
    uint cut = 0;
    for (int bit = is_cut ? 31 : -1; bit >= 0; bit--)
    {
        const uint higher = cut | 1u << bit;
        if (mass_of(logits, candidates, count, largest, temperature, higher, vocabulary, shared) >= target) cut = higher;
    }
    int bound = is_cut ? 0 : vocabulary;
    for (int bit = is_cut ? TOKEN_BITS - 1 : -1; bit >= 0; bit--)
    {
        const int more = bound | 1 << bit;
        if (mass_of(logits, candidates, count, largest, temperature, cut, more, shared) < target) bound = more;
    }
    if (is_cut) bound++;
    const ulong mass = mass_of(logits, candidates, count, largest, temperature, cut, bound, shared);
    if (lane != 0) return;
    found->largest = largest;
    found->mass = (is_cut ? mass : total) * UNIT;
    found->cut = cut;
    found->bound = bound;
}

// probabilities[row] of the tokens that are kept, 0 of the others; totals, [chunks], in units.
kernel void distribute(
    global const float *logits, int stride, int row, int vocabulary, float temperature, global const nucleus *kept,
    global float *probabilities, int into, global ulong *totals)
{
    local ulong shared[LANES];
    const nucleus n = *kept;
    logits += (size_t)row * stride;
    probabilities += (size_t)into * stride;
    ulong own = 0;
    for (int i = 0; i < EACH; i++)
    {
        const int token = get_group_id(0) * CHUNK + i * LANES + get_local_id(0);
        if (token >= vocabulary) continue;
        const float logit = logits[token];
        const float p = is_kept(logit, token, n.cut, n.bound) && n.mass > 0 ? weight_of(logit, n.largest, temperature) / n.mass : 0;
        probabilities[token] = p;
        own += units(p);
    }
    own = sum_units(own, shared);
    if (get_local_id(0) == 0) totals[get_group_id(0)] = own;
}

// What a drafted token's successor is drawn from: the token itself where it stands (accept q < p, accept in 2^-64), else max(0, p - q).
kernel void verify(
    global const float *p, int p_row, global const float *q, int q_row, int stride, int vocabulary, int draft, ulong accept,
    global float *rest, global ulong *totals)
{
    local ulong shared[LANES];
    p += (size_t)p_row * stride;
    q += (size_t)q_row * stride;
    const bool stands = mul_hi(accept, units(q[draft])) < units(p[draft]);
    ulong own = 0;
    for (int i = 0; i < EACH; i++)
    {
        const int token = get_group_id(0) * CHUNK + i * LANES + get_local_id(0);
        if (token >= vocabulary) continue;
        const float value = stands ? (token == draft ? 1 : 0) : fmax(0.0f, p[token] - q[token]);
        rest[token] = value;
        own += units(value);
    }
    own = sum_units(own, shared);
    if (get_local_id(0) == 0) totals[get_group_id(0)] = own;
}

typedef struct { int index; ulong target; } place;

// Of items in a row, the one in which their running sum passes target, and how far into it; as it was where there is none. Every lane goes
// round as often, whatever was found. A function for each kind of items: PoCL's code for one that takes either, the other null, crashes.
#define LOCATE(name, type, units_of)                                                                                 \
    INLINED void name(global const type *items, int first, int end, ulong target, local ulong *scan, local place *at) \
    {                                                                                                                \
        const int lane = get_local_id(0);                                                                            \
        ulong before = 0;                                                                                            \
        for (int start = first; start < end; start += LANES)                                                         \
        {                                                                                                            \
            const int i = start + lane;                                                                              \
            const ulong own = i < end ? units_of(items[i]) : 0;                                                      \
            scan[lane] = own;                                                                                        \
            barrier(CLK_LOCAL_MEM_FENCE);                                                                            \
            for (int reach = 1; reach < LANES; reach *= 2)                                                           \
            {                                                                                                        \
                const ulong other = lane >= reach ? scan[lane - reach] : 0;                                          \
                barrier(CLK_LOCAL_MEM_FENCE);                                                                        \
                scan[lane] += other;                                                                                 \
                barrier(CLK_LOCAL_MEM_FENCE);                                                                        \
            }                                                                                                        \
            const ulong until = before + scan[lane];                                                                 \
            if (target < until && target >= until - own)                                                             \
            {                                                                                                        \
                at->index = i;                                                                                       \
                at->target = target - (until - own);                                                                 \
            }                                                                                                        \
            before += scan[LANES - 1];                                                                               \
            barrier(CLK_LOCAL_MEM_FENCE);                                                                            \
        }                                                                                                            \
    }

LOCATE(locate_weight, float, units)
LOCATE(locate_total, ulong, )

// One group: the first token up to which the weights add up to more than uniform, in 2^-64, of their sum. Token 0 where all are 0.
kernel void draw(
    global const float *weights, int row, int stride, int vocabulary, global const ulong *totals, int chunks, ulong uniform, global int *token)
{
    local ulong shared[LANES];
    local place chunk, at;
    const int lane = get_local_id(0);
    weights += (size_t)row * stride;
    if (lane == 0)
    {
        chunk.index = at.index = 0;
        chunk.target = 0;
    }
    ulong own = 0;
    for (int i = lane; i < chunks; i += LANES) own += totals[i];
    const ulong sum = sum_units(own, shared);
    locate_total(totals, 0, chunks, mul_hi(uniform, sum), shared, &chunk);
    const int first = chunk.index * CHUNK;
    locate_weight(weights, first, min(first + CHUNK, vocabulary), chunk.target, shared, &at);
    if (lane == 0) *token = at.index;
}
