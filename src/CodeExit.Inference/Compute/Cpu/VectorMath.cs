using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using CodeExit.Inference.Models;

namespace CodeExit.Inference.Compute.Cpu;

/// <summary>
/// Element-wise arithmetic on rows of F32. Written once with <see cref="Vector512{T}"/>: where the processor has only 256 or 128 bits the
/// JIT splits it. Optimised at the first call: the JIT's quick first versions are many times slower, and a first suggestion is made of
/// first calls. Lengths are padded to 16 by the caller; padding must be zero.
/// </summary>
internal static unsafe class VectorMath
{
    private const int Lanes = 16;

    /// <summary>Next multiple of 16.</summary>
    public static int Pad(int length) => (length + Lanes - 1) / Lanes * Lanes;

    /// <summary>y = x / √(mean(x²) + ε) · weight, over <paramref name="length"/> elements; the rest of the padded row is zeroed.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void RmsNorm(float* x, float* weight, float epsilon, float* y, int length, int padded)
    {
        var scale = 1 / MathF.Sqrt(SumOfSquares(x, padded) / length + epsilon);
        var scales = Vector512.Create(scale);
        for (var i = 0; i < padded; i += Lanes) (Vector512.Load(x + i) * scales * Vector512.Load(weight + i)).Store(y + i);
    }

    /// <summary>y = (x − mean) / √(variance + ε) · weight + bias. Weight and bias are zero in the padding, so y is too.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void LayerNorm(float* x, float* weight, float* bias, float epsilon, float* y, int length, int padded)
    {
        var mean = Sum(x, padded) / length;
        var means = Vector512.Create(mean);
        var squares = Vector512<float>.Zero;
        for (var i = 0; i < padded; i += Lanes)
        {
            var centred = Vector512.Load(x + i) - means;
            squares = Vector512.FusedMultiplyAdd(centred, centred, squares);
        }
        // Each padding lane holds −mean: take its square out again.
        var variance = (Vector512.Sum(squares) - (padded - length) * mean * mean) / length;
        var scale = Vector512.Create(1 / MathF.Sqrt(MathF.Max(variance, 0) + epsilon));
        for (var i = 0; i < padded; i += Lanes)
        {
            Vector512.FusedMultiplyAdd((Vector512.Load(x + i) - means) * scale, Vector512.Load(weight + i), Vector512.Load(bias + i)).Store(y + i);
        }
    }

    /// <summary>x += y.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Add(float* x, float* y, int padded)
    {
        for (var i = 0; i < padded; i += Lanes) (Vector512.Load(x + i) + Vector512.Load(y + i)).Store(x + i);
    }

    /// <summary>x = activation(x).</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Activate(Activation activation, float* x, int padded)
    {
        switch (activation)
        {
            case Activation.Silu:
                for (var i = 0; i < padded; i += Lanes)
                {
                    var v = Vector512.Load(x + i);
                    (v * Sigmoid(v)).Store(x + i);
                }
                break;
            case Activation.GeluTanh:
                // tanh(z) = 2 σ(2z) − 1, so ½v(1 + tanh(z)) = v σ(2z), z = √(2/π)(v + 0.044715 v³)
                var inner = Vector512.Create(2 * 0.7978845608028654f);
                var cubic = Vector512.Create(0.044715f);
                for (var i = 0; i < padded; i += Lanes)
                {
                    var v = Vector512.Load(x + i);
                    (v * Sigmoid(inner * Vector512.FusedMultiplyAdd(cubic * v * v, v, v))).Store(x + i);
                }
                break;
            case Activation.Gelu:
                for (var i = 0; i < padded; i++) x[i] = 0.5f * x[i] * (1 + Erf(x[i] * 0.7071067811865476f));
                break;
            case Activation.Relu:
                for (var i = 0; i < padded; i += Lanes) Vector512.Max(Vector512.Load(x + i), Vector512<float>.Zero).Store(x + i);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(activation), activation, "not an activation");
        }
    }

    /// <summary>x *= y.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Multiply(float* x, float* y, int padded)
    {
        for (var i = 0; i < padded; i += Lanes) (Vector512.Load(x + i) * Vector512.Load(y + i)).Store(x + i);
    }

    /// <summary>
    /// Softmax of x[first … end); everything else of the padded row becomes 0. Lanes are summed by their absolute place, so the result
    /// does not depend on how far the row is padded.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void SoftMax(float* x, int first, int end, int padded)
    {
        for (var i = 0; i < first; i++) x[i] = float.NegativeInfinity;
        for (var i = end; i < padded; i++) x[i] = float.NegativeInfinity;
        var maxima = Vector512.Load(x);
        for (var i = Lanes; i < padded; i += Lanes) maxima = Vector512.Max(maxima, Vector512.Load(x + i));
        var maximum = float.NegativeInfinity;
        for (var lane = 0; lane < Lanes; lane++) maximum = MathF.Max(maximum, maxima[lane]);
        var shift = Vector512.Create(maximum);
        var sums = Vector512<float>.Zero;
        for (var i = 0; i < padded; i += Lanes)
        {
            var e = Exponential.Of(Vector512.Load(x + i) - shift);
            sums += e;
            e.Store(x + i);
        }
        var scale = Vector512.Create(1 / Vector512.Sum(sums));
        for (var i = 0; i < padded; i += Lanes) (Vector512.Load(x + i) * scale).Store(x + i);
    }

    /// <summary>
    /// 16-bit activations for int8 products: per group of 64 a scale of max|x| / 32767, so the rounding is 256 times finer than that of
    /// the weights.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Quantize(float* x, short* quantized, float* scales, int columns)
    {
        const int Group = PackedMatrix.GroupColumns;
        for (var group = 0; group < columns / Group; group++, x += Group, quantized += Group)
        {
            var maximum = LargestMagnitude(x);
            scales[group] = maximum / short.MaxValue;
            // A group of zeros, or of values too small to divide by, stays zero.
            var inverse = Vector512.Create(maximum > 1e-30f ? short.MaxValue / maximum : 0);
            for (var i = 0; i < Group; i += 2 * Lanes)
            {
                var low = Vector512.ConvertToInt32(Vector512.Round(Vector512.Load(x + i) * inverse));
                var high = Vector512.ConvertToInt32(Vector512.Round(Vector512.Load(x + i + Lanes) * inverse));
                Vector512.Narrow(low, high).Store(quantized + i);
            }
        }
    }

    /// <summary>Of one group of 64: what its int8 or 16-bit scale comes from.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float LargestMagnitude(float* group)
    {
        var largest = Vector512<float>.Zero;
        for (var i = 0; i < PackedMatrix.GroupColumns; i += Lanes) largest = Vector512.Max(largest, Vector512.Abs(Vector512.Load(group + i)));
        var maximum = 0f;
        for (var lane = 0; lane < Lanes; lane++) maximum = MathF.Max(maximum, largest[lane]);
        return maximum;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float Sum(float* x, int padded)
    {
        var sums = Vector512<float>.Zero;
        for (var i = 0; i < padded; i += Lanes) sums += Vector512.Load(x + i);
        return Vector512.Sum(sums);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float SumOfSquares(float* x, int padded)
    {
        var sums = Vector512<float>.Zero;
        for (var i = 0; i < padded; i += Lanes)
        {
            var v = Vector512.Load(x + i);
            sums = Vector512.FusedMultiplyAdd(v, v, sums);
        }
        return Vector512.Sum(sums);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Sigmoid(Vector512<float> x) => Vector512<float>.One / (Vector512<float>.One + Exponential.Of(-x));

    /// <summary>erf within 1.2e-7 (Numerical Recipes' erfc fit), in double so that the float result is not worse.</summary>
    private static float Erf(float x)
    {
        var z = Math.Abs((double)x);
        var t = 1 / (1 + 0.5 * z);
        var polynomial = -1.26551223 + t * (1.00002368 + t * (0.37409196 + t * (0.09678418 + t * (-0.18628806 + t * (0.27886807
            + t * (-1.13520398 + t * (1.48851587 + t * (-0.82215223 + t * 0.17087277))))))));
        var complement = t * Math.Exp(-z * z + polynomial);
        return (float)(x >= 0 ? 1 - complement : complement - 1);
    }
}
