using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace CodeExit.Evaluation.Machine;

/// <summary>What memory delivers: the limit of decoding, which reads every weight once per token.</summary>
internal static unsafe class BandwidthProbe
{
    // A round reads one part of the buffer: short rounds, so that on a busy machine some are left alone; by the time a part's turn comes
    // again the others have pushed it out of every cache.
    private const int Parts = 4;
    private const int Rounds = 10 * Parts;

    /// <summary>All threads sum their share of a buffer that no cache holds.</summary>
    /// <returns>Bytes read per second, best round.</returns>
    public static double Read(int threads, nuint bytes)
    {
        var buffer = (byte*)NativeMemory.AlignedAlloc(bytes, 64);
        try
        {
            var slice = Slice(bytes / Parts, threads);
            var sums = new float[threads * 16]; // a cache line apart
            Fill(buffer, bytes, threads);
            var seconds = ParallelTimer.Best(threads, Rounds, (thread, round) =>
                sums[thread * 16] += Sum((float*)(buffer + Offset(threads, thread, round, slice)), slice / sizeof(float)));
            return slice * (double)threads / seconds;
        }
        finally
        {
            NativeMemory.AlignedFree(buffer);
        }
    }

    /// <summary>All threads copy their share of one half of a buffer to the other.</summary>
    /// <returns>Bytes read plus bytes written per second, best round.</returns>
    public static double Copy(int threads, nuint bytes)
    {
        var buffer = (byte*)NativeMemory.AlignedAlloc(bytes, 64);
        try
        {
            var half = bytes / 2;
            var slice = Slice(half / Parts, threads);
            Fill(buffer, bytes, threads);
            var seconds = ParallelTimer.Best(threads, Rounds, (thread, round) =>
            {
                var source = buffer + Offset(threads, thread, round, slice);
                Buffer.MemoryCopy(source, source + half, slice, slice);
            });
            return 2.0 * slice * threads / seconds;
        }
        finally
        {
            NativeMemory.AlignedFree(buffer);
        }
    }

    private static nuint Offset(int threads, int thread, int round, nuint slice) => (nuint)(round % Parts * threads + thread) * slice;

    private static nuint Slice(nuint bytes, int threads) => bytes / (nuint)threads / 4096 * 4096;

    /// <summary>Touches every page, so that the rounds meet real memory and not the kernel's one zero page.</summary>
    private static void Fill(byte* buffer, nuint bytes, int threads)
    {
        var slice = Slice(bytes, threads);
        ParallelTimer.Best(threads, 1, (thread, _) => NativeMemory.Fill(buffer + (nuint)thread * slice, slice, 1));
    }

    /// <summary>Eight independent sums: enough loads in flight that memory, not the adder's latency, sets the pace.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static float Sum(float* values, nuint count)
    {
        Vector512<float> s0 = default, s1 = default, s2 = default, s3 = default, s4 = default, s5 = default, s6 = default, s7 = default;
        for (nuint i = 0; i + 128 <= count; i += 128)
        {
            s0 += Vector512.Load(values + i);
            s1 += Vector512.Load(values + i + 16);
            s2 += Vector512.Load(values + i + 32);
            s3 += Vector512.Load(values + i + 48);
            s4 += Vector512.Load(values + i + 64);
            s5 += Vector512.Load(values + i + 80);
            s6 += Vector512.Load(values + i + 96);
            s7 += Vector512.Load(values + i + 112);
        }
        return Vector512.Sum(s0 + s1 + (s2 + s3) + (s4 + s5 + (s6 + s7)));
    }
}
