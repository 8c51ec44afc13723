// Sums of a work-group of 256, in a tree: always in the same order. Every lane gets the sum; shared may be used again at once.

#define LANES 256

#define SUM_LANES(type, name)                                                                                        \
    INLINED type name(type own, local type *shared)                                                                  \
    {                                                                                                                \
        const int lane = get_local_id(0);                                                                            \
        shared[lane] = own;                                                                                          \
        barrier(CLK_LOCAL_MEM_FENCE);                                                                                \
        for (int reach = LANES / 2; reach > 0; reach /= 2)                                                           \
        {                                                                                                            \
            if (lane < reach) shared[lane] += shared[lane + reach];                                                  \
            barrier(CLK_LOCAL_MEM_FENCE);                                                                            \
        }                                                                                                            \
        const type sum = shared[0];                                                                                  \
        barrier(CLK_LOCAL_MEM_FENCE);                                                                                \
        return sum;                                                                                                  \
    }

SUM_LANES(float, sum_floats)
SUM_LANES(ulong, sum_units)
