// What a device can do at best: the limits that the model's kernels are held against.

// Numbers that are neither zero nor alike: some memory is quicker with those.
kernel void scatter(global float4 *y)
{
    const uint i = get_global_id(0);
    y[i] = convert_float4((uint4)(i, i ^ 0x9E3779B9u, i * 0x85EBCA6Bu, ~i)) * 1e-6f;
}

// y = x, 16 bytes a lane: neighbours read and write neighbouring numbers.
kernel void copy(global const float4 *x, global float4 *y)
{
    y[get_global_id(0)] = x[get_global_id(0)];
}

// 32 independent chains x = x a + b a lane, none of which waits for another; they settle at b / (1 - a): no overflow, no denormals. Twice a
// step. Not more chains: they are to fit into the registers of every card.
kernel void multiply_add(global float *y, int steps)
{
    const float16 a = 0.5f, b = 1.0f + get_local_id(0);
    float16 x0 = b, x1 = b + 1;
    for (int i = 0; i < steps; i++)
    {
        x0 = fma(x0, a, b);
        x1 = fma(x1, a, b);
        x0 = fma(x0, a, b);
        x1 = fma(x1, a, b);
    }
    const float16 sum = x0 + x1;
    const float8 half_sum = sum.lo + sum.hi;
    y[get_global_id(0)] = dot(half_sum.lo, half_sum.hi);
}

// The least that can be launched.
kernel void nothing(global float *y) { }
