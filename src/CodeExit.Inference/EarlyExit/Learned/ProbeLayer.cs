using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace CodeExit.Inference.EarlyExit.Learned;

/// <summary>
/// y = W x + b. All looks of a token may cost a microsecond or two together, and by then the model's own weights have pushed a probe's out
/// of the nearer caches: bytes are what a look costs. So a wide layer computes with its weights rounded to BF16. They lie column by column,
/// two columns to a word: the sums of 64 outputs stay in registers while the inputs pass by once.
/// </summary>
public sealed class ProbeLayer
{
    private const int Lanes = 16, Block = 4 * Lanes;

    private readonly float[] _rows;
    private readonly float[] _bias;
    private readonly uint[] _columns = []; // [inputs / 2, outputs padded to whole blocks], an even column below the odd one; empty where a few dot products do
    private readonly float[] _sums = [];

    /// <param name="weights">[outputs, inputs], row-major.</param>
    /// <param name="bias">[outputs].</param>
    public ProbeLayer(ReadOnlySpan<float> weights, ReadOnlySpan<float> bias)
    {
        ArgumentOutOfRangeException.ThrowIfZero(bias.Length, nameof(bias));
        Inputs = weights.Length / bias.Length;
        if (Inputs == 0 || Inputs * bias.Length != weights.Length)
        {
            throw new ArgumentException($"{weights.Length} weights are no whole number of rows for {bias.Length} outputs.", nameof(weights));
        }
        _rows = weights.ToArray();
        _bias = bias.ToArray();
        if (Outputs < Lanes) return;
        var stride = (Outputs + Block - 1) / Block * Block;
        _columns = new uint[(Inputs + 1) / 2 * stride];
        _sums = new float[stride];
        for (var output = 0; output < Outputs; output++)
        {
            for (var input = 0; input < Inputs; input++)
            {
                var value = BFloat16(_rows[output * Inputs + input]);
                _columns[input / 2 * stride + output] |= input % 2 == 0 ? value : value << 16;
            }
        }
    }

    public int Inputs { get; }

    public int Outputs => _bias.Length;

    /// <summary>Whether it computes with its weights rounded to BF16. Whoever computes the same elsewhere has to do so too.</summary>
    internal bool IsRounded => _columns.Length > 0;

    /// <summary>[outputs, inputs], row-major.</summary>
    public ReadOnlySpan<float> Weights => _rows;

    /// <summary>[outputs].</summary>
    public ReadOnlySpan<float> Bias => _bias;

    /// <param name="input">[<see cref="Inputs"/>].</param>
    /// <param name="output">[<see cref="Outputs"/>].</param>
    public void Apply(ReadOnlySpan<float> input, Span<float> output)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(input.Length, Inputs, nameof(input));
        if (_columns.Length == 0)
        {
            for (var row = 0; row < Outputs; row++) output[row] = TensorPrimitives.Dot(input, _rows.AsSpan(row * Inputs, Inputs)) + _bias[row];
            return;
        }
        SumColumns(input);
        TensorPrimitives.Add(_sums.AsSpan(0, Outputs), _bias, output);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void SumColumns(ReadOnlySpan<float> input)
    {
        var stride = _sums.Length;
        ref var sums = ref MemoryMarshal.GetArrayDataReference(_sums);
        for (var first = 0; first < stride; first += Block)
        {
            ref var columns = ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_columns), first);
            Vector512<float> a = default, b = default, c = default, d = default, e = default, f = default, g = default, h = default;
            for (var i = 0; i < input.Length; i += 2)
            {
                var even = Vector512.Create(input[i]);
                var odd = Vector512.Create(i + 1 < input.Length ? input[i + 1] : 0);
                Add(ref columns, 0, even, odd, ref a, ref e);
                Add(ref columns, Lanes, even, odd, ref b, ref f);
                Add(ref columns, 2 * Lanes, even, odd, ref c, ref g);
                Add(ref columns, 3 * Lanes, even, odd, ref d, ref h);
                columns = ref Unsafe.Add(ref columns, stride);
            }
            (a + e).StoreUnsafe(ref sums, (nuint)first);
            (b + f).StoreUnsafe(ref sums, (nuint)(first + Lanes));
            (c + g).StoreUnsafe(ref sums, (nuint)(first + 2 * Lanes));
            (d + h).StoreUnsafe(ref sums, (nuint)(first + 3 * Lanes));
        }
    }

    /// <summary>Two columns of 16 outputs: a BF16 value is the upper half of the same F32 value's bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add(
        ref uint columns, nuint offset, Vector512<float> even, Vector512<float> odd, ref Vector512<float> evenSum, ref Vector512<float> oddSum)
    {
        var pair = Vector512.LoadUnsafe(ref columns, offset);
        evenSum = Vector512.FusedMultiplyAdd(even, (pair << 16).AsSingle(), evenSum);
        oddSum = Vector512.FusedMultiplyAdd(odd, (pair & Vector512.Create(0xFFFF0000)).AsSingle(), oddSum);
    }

    /// <summary>The nearest BF16 value's bits, ties to even.</summary>
    private static uint BFloat16(float value)
    {
        var bits = BitConverter.SingleToUInt32Bits(value);
        return (bits + 0x7FFF + (bits >> 16 & 1)) >> 16;
    }
}
