using CodeExit.Inference.EarlyExit.Learned;
using CodeExit.Inference.Models;

namespace CodeExit.Inference.Compute.Cpu;

/// <summary>A learned <see cref="ExitHead"/>: n = norm(h), z = n + Up (Down n). Small beside the LM head: every worker does it for itself.</summary>
internal sealed unsafe class CpuExitHead : IDisposable
{
    private readonly CpuNorm? _norm;
    private readonly Worker[] _workers;
    private readonly int _hidden;
    private readonly int _padded;

    /// <param name="finalNorm">The model's: its bias serves all exits. Null where there is no final norm; then the head has none either.</param>
    public CpuExitHead(ExitHead head, NormTensors? finalNorm, ModelConfig config, int workers)
    {
        (_hidden, _padded) = (config.HiddenSize, VectorMath.Pad(config.HiddenSize));
        _norm = finalNorm is null ? null : new CpuNorm(finalNorm, config, head.Norm);
        _workers = [.. Enumerable.Range(0, workers).Select(_ => new Worker(
            new ProbeLayer(head.Down, new float[head.Rank]), new ProbeLayer(head.Up, new float[_hidden]), new float[head.Rank], new AlignedBuffer<float>(_padded)))];
    }

    /// <summary>z of one row; both padded to 16.</summary>
    public void Apply(int worker, float* state, float* z)
    {
        if (_norm is null) Buffer.MemoryCopy(state, z, _padded * sizeof(float), _padded * sizeof(float));
        else _norm.Apply(state, z);
        var (down, up, inner, residual) = _workers[worker];
        down.Apply(new ReadOnlySpan<float>(z, _hidden), inner);
        up.Apply(inner, new Span<float>(residual.Pointer, _hidden));
        VectorMath.Add(z, residual.Pointer, _padded);
    }

    public void Dispose()
    {
        _norm?.Dispose();
        foreach (var worker in _workers) worker.Residual.Dispose();
    }

    /// <summary>A <see cref="ProbeLayer"/> serves one caller at a time.</summary>
    private sealed record Worker(ProbeLayer Down, ProbeLayer Up, float[] Inner, AlignedBuffer<float> Residual);
}
