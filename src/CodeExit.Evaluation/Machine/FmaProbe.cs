using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace CodeExit.Evaluation.Machine;

/// <summary>What the vector units deliver in F32: the limit of prefill. Registers only; no memory is touched.</summary>
internal static class FmaProbe
{
    private const int Rounds = 100; // short ones, so that on a busy machine some are left alone
    private const int Chains = 12; // latency 4 × 2 units needs 8 in flight; 12 leaves room and fits 16 registers
    private const long Steps = 400_000;

    /// <returns>Floating-point operations per second over all threads, a multiply-add being two; best round.</returns>
    public static double Peak(int threads)
    {
        var results = new float[threads * 16];
        var wide = Vector512.IsHardwareAccelerated;
        var seconds = ParallelTimer.Best(threads, Rounds, (thread, _) => results[thread * 16] = wide ? Chain512(Steps, thread) : Chain256(Steps, thread));
        var lanes = wide ? Vector512<float>.Count : Vector256<float>.Count;
        return 2.0 * lanes * Chains * Steps * threads / seconds;
    }

    /// <summary>Twelve independent chains x ← x·a + b, which settle at b / (1 − a): no overflow, no denormals.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static float Chain512(long steps, int seed)
    {
        var a = Vector512.Create(0.5f);
        var b = Vector512.Create(1f + seed);
        Vector512<float> x0 = b, x1 = b, x2 = b, x3 = b, x4 = b, x5 = b, x6 = b, x7 = b, x8 = b, x9 = b, x10 = b, x11 = b;
        for (long i = 0; i < steps; i++)
        {
            x0 = Vector512.FusedMultiplyAdd(x0, a, b);
            x1 = Vector512.FusedMultiplyAdd(x1, a, b);
            x2 = Vector512.FusedMultiplyAdd(x2, a, b);
            x3 = Vector512.FusedMultiplyAdd(x3, a, b);
            x4 = Vector512.FusedMultiplyAdd(x4, a, b);
            x5 = Vector512.FusedMultiplyAdd(x5, a, b);
            x6 = Vector512.FusedMultiplyAdd(x6, a, b);
            x7 = Vector512.FusedMultiplyAdd(x7, a, b);
            x8 = Vector512.FusedMultiplyAdd(x8, a, b);
            x9 = Vector512.FusedMultiplyAdd(x9, a, b);
            x10 = Vector512.FusedMultiplyAdd(x10, a, b);
            x11 = Vector512.FusedMultiplyAdd(x11, a, b);
        }
        return Vector512.Sum(x0 + x1 + x2 + x3 + x4 + x5 + x6 + x7 + x8 + x9 + x10 + x11);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static float Chain256(long steps, int seed)
    {
        var a = Vector256.Create(0.5f);
        var b = Vector256.Create(1f + seed);
        Vector256<float> x0 = b, x1 = b, x2 = b, x3 = b, x4 = b, x5 = b, x6 = b, x7 = b, x8 = b, x9 = b, x10 = b, x11 = b;
        for (long i = 0; i < steps; i++)
        {
            x0 = Vector256.FusedMultiplyAdd(x0, a, b);
            x1 = Vector256.FusedMultiplyAdd(x1, a, b);
            x2 = Vector256.FusedMultiplyAdd(x2, a, b);
            x3 = Vector256.FusedMultiplyAdd(x3, a, b);
            x4 = Vector256.FusedMultiplyAdd(x4, a, b);
            x5 = Vector256.FusedMultiplyAdd(x5, a, b);
            x6 = Vector256.FusedMultiplyAdd(x6, a, b);
            x7 = Vector256.FusedMultiplyAdd(x7, a, b);
            x8 = Vector256.FusedMultiplyAdd(x8, a, b);
            x9 = Vector256.FusedMultiplyAdd(x9, a, b);
            x10 = Vector256.FusedMultiplyAdd(x10, a, b);
            x11 = Vector256.FusedMultiplyAdd(x11, a, b);
        }
        return Vector256.Sum(x0 + x1 + x2 + x3 + x4 + x5 + x6 + x7 + x8 + x9 + x10 + x11);
    }
}
