using CodeExit.Inference.Models;

namespace CodeExit.Inference.Compute.Cpu;

/// <summary>RMS or layer norm with its weights, padded with zeros.</summary>
internal sealed unsafe class CpuNorm : IDisposable
{
    private readonly NormKind _kind;
    private readonly float _epsilon;
    private readonly int _length;
    private readonly int _padded;
    private readonly AlignedBuffer<float> _weight;
    private readonly AlignedBuffer<float> _bias;

    /// <param name="weight">[hidden], in place of the tensors' own.</param>
    public CpuNorm(NormTensors tensors, ModelConfig config, ReadOnlySpan<float> weight = default)
    {
        _kind = config.Norm;
        _epsilon = config.NormEpsilon;
        _length = config.HiddenSize;
        _padded = VectorMath.Pad(_length);
        _weight = new AlignedBuffer<float>(_padded);
        _bias = new AlignedBuffer<float>(_padded);
        if (!weight.IsEmpty) weight.CopyTo(new Span<float>(_weight.Pointer, _length));
        else if (tensors.Weight is { } own) own.ReadRows(_weight.Pointer);
        else new Span<float>(_weight.Pointer, _length).Fill(1);
        if (tensors.Bias is { } bias) bias.ReadRows(_bias.Pointer);
    }

    /// <summary>y = norm(x) for one row; both padded to 16.</summary>
    public void Apply(float* x, float* y)
    {
        if (_kind == NormKind.RootMeanSquare) VectorMath.RmsNorm(x, _weight.Pointer, _epsilon, y, _length, _padded);
        else VectorMath.LayerNorm(x, _weight.Pointer, _bias.Pointer, _epsilon, y, _length, _padded);
    }

    public void Dispose()
    {
        _weight.Dispose();
        _bias.Dispose();
    }
}
