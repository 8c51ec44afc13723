using CodeExit.Inference.Decoding;

namespace CodeExit.Tests.Inference.Decoding;

/// <summary>Counts what the decoding thread allocates between two tokens.</summary>
internal sealed class AllocationObserver : ITokenObserver
{
    private readonly int _from, _to;
    private int _seen;
    private long _before, _allocated;

    private AllocationObserver(int from, int to) => (_from, _to) = (from, to);

    /// <param name="generate">One generation with this observer, of at least <paramref name="to"/> tokens. Called three times.</param>
    /// <returns>Bytes, the least of three generations.</returns>
    public static long Allocated(int from, int to, Action<ITokenObserver> generate) => LeastOf.ThreeGoes(() =>
    {
        var observer = new AllocationObserver(from, to);
        generate(observer);
        Assert.True(observer._seen >= to, $"{observer._seen} tokens came, of {to} to be counted");
        return observer._allocated;
    });

    public bool OnToken(int token)
    {
        _seen++;
        if (_seen == _from) _before = GC.GetAllocatedBytesForCurrentThread();
        if (_seen == _to) _allocated = GC.GetAllocatedBytesForCurrentThread() - _before;
        return true;
    }
}
