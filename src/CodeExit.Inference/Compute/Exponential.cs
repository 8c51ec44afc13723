using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace CodeExit.Inference.Compute;

/// <summary>
/// eˣ of 16 values at once, in F32 alone. The framework's own goes through double precision, at several times the cost, and activations,
/// attention and every look at logits are full of it.
/// </summary>
internal static class Exponential
{
    // Below, eˣ is no normal number any more and 0 is taken; above, the largest power of two is not exceeded.
    private const float Least = -87.33654f, Most = 88.37626f;

    // ln 2 in two parts: the upper one has so few bits that n · upper is exact.
    private const float InverseLn2 = 1.44269504f, Ln2Upper = 0.693359375f, Ln2Lower = -2.12194440e-4f;

    private const int MantissaBits = 23, Bias = 127;

    /// <summary>
    /// Within 2 units in the last place: eˣ = 2ⁿ eʳ with |r| ≤ ½ ln 2 and a polynomial for eʳ (Cephes, expf). Beyond F32's range 0, or e⁸⁸;
    /// NaN is not kept.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Of(Vector512<float> x)
    {
        var inRange = Vector512.GreaterThanOrEqual(x, Vector512.Create(Least));
        var clamped = Vector512.Min(Vector512.Max(x, Vector512.Create(Least)), Vector512.Create(Most));
        var n = Vector512.Round(clamped * Vector512.Create(InverseLn2));
        var r = Vector512.FusedMultiplyAdd(n, Vector512.Create(-Ln2Upper), clamped);
        r = Vector512.FusedMultiplyAdd(n, Vector512.Create(-Ln2Lower), r);
        var polynomial = Vector512.Create(1.9875691500e-4f);
        polynomial = Vector512.FusedMultiplyAdd(polynomial, r, Vector512.Create(1.3981999507e-3f));
        polynomial = Vector512.FusedMultiplyAdd(polynomial, r, Vector512.Create(8.3334519073e-3f));
        polynomial = Vector512.FusedMultiplyAdd(polynomial, r, Vector512.Create(4.1665795894e-2f));
        polynomial = Vector512.FusedMultiplyAdd(polynomial, r, Vector512.Create(1.6666665459e-1f));
        polynomial = Vector512.FusedMultiplyAdd(polynomial, r, Vector512.Create(5.0000001201e-1f));
        var mantissa = Vector512.FusedMultiplyAdd(polynomial, r * r, r + Vector512<float>.One);
        var power = ((Vector512.ConvertToInt32(n) + Vector512.Create(Bias)) << MantissaBits).AsSingle();
        return mantissa * power & inRange;
    }
}
