using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace CodeExit.Inference.EarlyExit.Learned;

/// <summary>
/// y = W x + b. All looks of a token may cost a few microseconds together, so the weights of a wide layer also lie column by column: the
/// sums of 64 outputs stay in registers while the inputs pass by once.
/// </summary>
public sealed class ProbeLayer
{
    private const int Lanes = 16, Block = 4 * Lanes;

    private readonly float[] _rows;
    private readonly float[] _bias;
    private readonly float[] _columns = []; // [inputs, outputs padded to whole blocks]; empty where a few dot products do
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
        _columns = new float[Inputs * stride];
        _sums = new float[stride];
        for (var output = 0; output < Outputs; output++)
        {
            for (var input = 0; input < Inputs; input++) _columns[input * stride + output] = weights[output * Inputs + input];
        }
    }

    public int Inputs { get; }

    public int Outputs => _bias.Length;

    /// <summary>[outputs, inputs], row-major.</summary>
    public ReadOnlySpan<float> Weights => _rows;

    /// <summary>[outputs].</summary>
    public ReadOnlySpan<float> Bias => _bias;

    internal void Apply(ReadOnlySpan<float> input, Span<float> output)
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
            ref var column = ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_columns), first);
            Vector512<float> a = default, b = default, c = default, d = default;
            foreach (var value in input)
            {
                var x = Vector512.Create(value);
                a = Vector512.FusedMultiplyAdd(x, Vector512.LoadUnsafe(ref column), a);
                b = Vector512.FusedMultiplyAdd(x, Vector512.LoadUnsafe(ref column, Lanes), b);
                c = Vector512.FusedMultiplyAdd(x, Vector512.LoadUnsafe(ref column, 2 * Lanes), c);
                d = Vector512.FusedMultiplyAdd(x, Vector512.LoadUnsafe(ref column, 3 * Lanes), d);
                column = ref Unsafe.Add(ref column, stride);
            }
            a.StoreUnsafe(ref sums, (nuint)first);
            b.StoreUnsafe(ref sums, (nuint)(first + Lanes));
            c.StoreUnsafe(ref sums, (nuint)(first + 2 * Lanes));
            d.StoreUnsafe(ref sums, (nuint)(first + 3 * Lanes));
        }
    }
}
