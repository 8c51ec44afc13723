// Put before every other source.

// Multiply-adds are written out where they are meant, so that every device rounds alike.
#pragma OPENCL FP_CONTRACT OFF

// Functions are no more than a part of the kernel that calls them. PoCL 3.1 makes local memory that is handed to a function of its own one
// static array, which two queues then share; and compilers pass what such a function returns through memory.
#define INLINED static inline __attribute__((always_inline))

// In front of a loop over an array that is to lie in registers: a compiler that does not unroll by itself leaves it in memory.
#define UNROLL _Pragma("unroll")
