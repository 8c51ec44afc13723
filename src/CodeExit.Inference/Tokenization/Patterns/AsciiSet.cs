namespace CodeExit.Inference.Tokenization.Patterns;

/// <summary>A set of ASCII characters. Not a UInt128: .NET cannot compile that ahead of time, and every cold start would pay.</summary>
/// <param name="Low">Characters 0 to 63, one bit each.</param>
/// <param name="High">Characters 64 to 127.</param>
internal readonly record struct AsciiSet(ulong Low, ulong High)
{
    public static AsciiSet None => default;

    public static AsciiSet All => new(ulong.MaxValue, ulong.MaxValue);

    // A shift counts modulo 64.
    public bool Contains(int ascii) => ((ascii < 64 ? Low : High) >> ascii & 1) != 0;

    public AsciiSet Union(AsciiSet other) => new(Low | other.Low, High | other.High);
}
