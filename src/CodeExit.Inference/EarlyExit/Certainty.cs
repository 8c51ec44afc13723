using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using CodeExit.Inference.Compute;

namespace CodeExit.Inference.EarlyExit;

/// <summary>How sure logits are of what comes next: ln p₁ and ln p₂ of their two likeliest tokens, and the entropy in nats.</summary>
public readonly record struct Certainty(float LogFirst, float LogSecond, float Entropy)
{
    /// <summary>Values that <see cref="CopyTo"/> writes.</summary>
    public const int Values = 3;

    private const int Lanes = 16;

    // Keeps ln p₂ finite where one token has it all.
    private const float LeastLog = -30;

    /// <summary>p₁.</summary>
    public float First => MathF.Exp(LogFirst);

    /// <summary>p₁ − p₂: CALM's softmax response.</summary>
    public float Gap => MathF.Exp(LogFirst) - MathF.Exp(LogSecond);

    /// <summary>As probes take it: ln p₁, ln p₂, entropy.</summary>
    public void CopyTo(Span<float> values) => (values[0], values[1], values[2]) = (LogFirst, LogSecond, Entropy);

    /// <summary>Two passes over the logits, the largest and then the sums, a microsecond for some thousands.</summary>
    /// <param name="logits">[vocabulary], two tokens at least.</param>
    public static Certainty Of(ReadOnlySpan<float> logits)
    {
        var (first, second) = TwoLargest(logits);
        var (sum, weighted) = Sums(logits, first);
        var logSum = MathF.Log(sum);
        // With every logit taken relative to the largest: ln p = logit − ln Σ, H = ln Σ − Σ e^logit · logit / Σ.
        return new Certainty(-logSum, MathF.Max(LeastLog, second - first - logSum), MathF.Max(0, logSum - weighted / sum));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static (float First, float Second) TwoLargest(ReadOnlySpan<float> logits)
    {
        ref var start = ref MemoryMarshal.GetReference(logits);
        var (firsts, seconds) = (Vector512.Create(float.NegativeInfinity), Vector512.Create(float.NegativeInfinity));
        var whole = logits.Length / Lanes * Lanes;
        for (var i = 0; i < whole; i += Lanes)
        {
            var values = Vector512.LoadUnsafe(ref start, (nuint)i);
            seconds = Vector512.Max(seconds, Vector512.Min(firsts, values));
            firsts = Vector512.Max(firsts, values);
        }
        var (first, second) = (float.NegativeInfinity, float.NegativeInfinity);
        for (var lane = 0; lane < Lanes; lane++)
        {
            Rank(firsts[lane], ref first, ref second);
            Rank(seconds[lane], ref first, ref second);
        }
        foreach (var value in logits[whole..]) Rank(value, ref first, ref second);
        return (first, second);
    }

    private static void Rank(float value, ref float first, ref float second)
    {
        second = MathF.Max(second, MathF.Min(first, value));
        first = MathF.Max(first, value);
    }

    /// <summary>Σ eˣ and Σ eˣ x, with x = logit − largest.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static (float Sum, float Weighted) Sums(ReadOnlySpan<float> logits, float largest)
    {
        ref var start = ref MemoryMarshal.GetReference(logits);
        var shift = Vector512.Create(largest);
        var (sums, weighted) = (Vector512<float>.Zero, Vector512<float>.Zero);
        var whole = logits.Length / Lanes * Lanes;
        for (var i = 0; i < whole; i += Lanes)
        {
            var x = Vector512.LoadUnsafe(ref start, (nuint)i) - shift;
            var e = Exponential.Of(x);
            sums += e;
            weighted = Vector512.FusedMultiplyAdd(e, x, weighted);
        }
        var (sum, weightedSum) = (Vector512.Sum(sums), Vector512.Sum(weighted));
        foreach (var value in logits[whole..])
        {
            var e = MathF.Exp(value - largest);
            sum += e;
            weightedSum += e * (value - largest);
        }
        return (sum, weightedSum);
    }
}
