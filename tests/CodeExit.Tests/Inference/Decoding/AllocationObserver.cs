using CodeExit.Inference.Decoding;

namespace CodeExit.Tests.Inference.Decoding;

/// <summary>Counts what the decoding thread allocates between two tokens.</summary>
internal sealed class AllocationObserver(int from, int to) : ITokenObserver
{
    private int _seen;
    private long _before;

    public long Allocated { get; private set; } = -1;

    public bool OnToken(int token)
    {
        _seen++;
        if (_seen == from) _before = GC.GetAllocatedBytesForCurrentThread();
        if (_seen == to) Allocated = GC.GetAllocatedBytesForCurrentThread() - _before;
        return true;
    }
}
