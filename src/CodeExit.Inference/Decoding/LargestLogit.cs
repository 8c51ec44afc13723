using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace CodeExit.Inference.Decoding;

/// <summary>Finds the likeliest token. Every greedy token does, so it looks for the value first and for its place only then.</summary>
internal static class LargestLogit
{
    private const int Lanes = 16;

    /// <summary>Index of the largest logit; the first of equals.</summary>
    /// <exception cref="ArgumentException">There is none.</exception>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static int IndexIn(ReadOnlySpan<float> logits)
    {
        if (logits.IsEmpty) throw new ArgumentException("There are no logits to choose from.", nameof(logits));
        ref var start = ref MemoryMarshal.GetReference(logits);
        var whole = logits.Length / Lanes * Lanes;
        var maxima = Vector512.Create(float.NegativeInfinity);
        for (var i = 0; i < whole; i += Lanes) maxima = Vector512.Max(maxima, Vector512.LoadUnsafe(ref start, (nuint)i));
        var largest = float.NegativeInfinity;
        for (var lane = 0; lane < Lanes; lane++) largest = MathF.Max(largest, maxima[lane]);
        foreach (var value in logits[whole..]) largest = MathF.Max(largest, value);
        var wanted = Vector512.Create(largest);
        for (var i = 0; i < whole; i += Lanes)
        {
            var found = Vector512.Equals(Vector512.LoadUnsafe(ref start, (nuint)i), wanted).ExtractMostSignificantBits();
            if (found != 0) return i + BitOperations.TrailingZeroCount(found);
        }
        for (var i = whole; i < logits.Length; i++)
        {
            if (logits[i] == largest) return i;
        }
        return 0; // not a number
    }
}
