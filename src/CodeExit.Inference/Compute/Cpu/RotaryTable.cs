using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using CodeExit.Inference.Models;

namespace CodeExit.Inference.Compute.Cpu;

/// <summary>cos and sin of every position and frequency, [positions, half], computed once at load.</summary>
internal sealed unsafe class RotaryTable : IDisposable
{
    private readonly AlignedBuffer<float> _cos;
    private readonly AlignedBuffer<float> _sin;
    private readonly int _half;

    public RotaryTable(RotaryEmbedding rotary, int positions)
    {
        _half = rotary.InverseFrequencies.Length;
        _cos = new AlignedBuffer<float>((long)positions * _half);
        _sin = new AlignedBuffer<float>((long)positions * _half);
        for (var position = 0; position < positions; position++)
        {
            for (var i = 0; i < _half; i++)
            {
                // The angle is rounded to F32 first, as every reference implementation does.
                var (sin, cos) = MathF.SinCos(position * rotary.InverseFrequencies[i]);
                _cos.Pointer[(long)position * _half + i] = cos * rotary.AttentionFactor;
                _sin.Pointer[(long)position * _half + i] = sin * rotary.AttentionFactor;
            }
        }
    }

    /// <summary>[positions, half].</summary>
    public ReadOnlySpan<float> Cosines => new(_cos.Pointer, checked((int)_cos.Length));

    /// <summary>[positions, half].</summary>
    public ReadOnlySpan<float> Sines => new(_sin.Pointer, checked((int)_sin.Length));

    /// <summary>Rotates one head in place: pairs are (i, i + half), dimensions from 2 · half on stay.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Rotate(float* head, int position)
    {
        var cos = _cos.Pointer + (long)position * _half;
        var sin = _sin.Pointer + (long)position * _half;
        var i = 0;
        for (; i + Vector512<float>.Count <= _half; i += Vector512<float>.Count)
        {
            var c = Vector512.Load(cos + i);
            var s = Vector512.Load(sin + i);
            var first = Vector512.Load(head + i);
            var second = Vector512.Load(head + _half + i);
            (first * c - second * s).Store(head + i);
            (second * c + first * s).Store(head + _half + i);
        }
        for (; i < _half; i++)
        {
            var (first, second) = (head[i], head[_half + i]);
            head[i] = first * cos[i] - second * sin[i];
            head[_half + i] = second * cos[i] + first * sin[i];
        }
    }

    public void Dispose()
    {
        _cos.Dispose();
        _sin.Dispose();
    }
}
