namespace CodeExit.Tests;

/// <summary>
/// For what work takes by itself, where the runtime adds to one go or another. When it compiles a method anew while that runs, it may
/// resolve a native call of it a second time, and the thread that is caught has then allocated the library's name (72 bytes for OpenCL's).
/// What the work itself allocates is there each time.
/// </summary>
internal static class LeastOf
{
    public static long ThreeGoes(Func<long> measure) => Math.Min(measure(), Math.Min(measure(), measure()));

    /// <summary>Bytes that work allocates on the thread that it is called on.</summary>
    public static long AllocatedBytes(Action work) => ThreeGoes(() =>
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        work();
        return GC.GetAllocatedBytesForCurrentThread() - before;
    });
}
