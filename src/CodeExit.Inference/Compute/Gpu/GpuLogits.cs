using System.Runtime.InteropServices;
using CodeExit.Inference.Compute.Gpu.OpenCl;
using CodeExit.Inference.EarlyExit;
using CodeExit.Inference.Models;

namespace CodeExit.Inference.Compute.Gpu;

/// <summary>
/// [rows, padded vocabulary] F32 on the device. The first question has all rows of the read-out looked at, and what there is to know of
/// them, 16 bytes each, read in one piece; until the next read-out every other question is answered from that.
/// </summary>
internal sealed class GpuLogits : Logits
{
    private readonly GpuRuntime _runtime;
    private readonly LogitsKernels _kernels;
    private readonly GpuRows _rows;
    private readonly GpuBuffer _parts, _conclusions;
    private readonly Conclusion[] _known;
    private bool _isSummarized, _isKnown;

    public GpuLogits(GpuRuntime runtime, LogitsKernels kernels, int rows, int vocabularySize)
        : base(rows, vocabularySize)
    {
        (_runtime, _kernels) = (runtime, kernels);
        _rows = GpuRows.Allocate(runtime, rows, vocabularySize);
        _parts = runtime.Allocate((long)rows * LogitsKernels.Chunks(vocabularySize) * LogitsKernels.SummaryBytes);
        _conclusions = runtime.Allocate((long)rows * LogitsKernels.ConclusionBytes);
        _known = new Conclusion[rows];
    }

    /// <summary>Rows where a read-out puts them.</summary>
    public GpuRows Values(int first, int count) => _rows with { First = first, Count = count };

    /// <summary>A row of the read-out.</summary>
    public GpuRows Row(int row)
    {
        CheckRow(row);
        return Values(row, 1);
    }

    /// <summary>Of all rows of the read-out, in pieces: what <see cref="LogitsKernels.Summarize"/> left.</summary>
    public GpuBuffer Summaries()
    {
        if (_isSummarized) return _parts;
        _kernels.Summarize(Values(0, Count), VocabularySize, _parts);
        _isSummarized = true;
        return _parts;
    }

    public override int Largest(int row) => Known(row).Largest;

    public override Certainty Certainty(int row) => Known(row).Certainty;

    public override void CopyRow(int row, Span<float> destination)
    {
        CheckRow(row);
        _runtime.Read(_rows.Buffer, (long)row * _rows.Stride, destination[..VocabularySize]);
    }

    internal override void Fill(int count)
    {
        base.Fill(count);
        _isSummarized = _isKnown = false;
    }

    protected override void Dispose(bool disposing)
    {
        if (!disposing) return;
        _rows.Buffer.Dispose();
        _parts.Dispose();
        _conclusions.Dispose();
    }

    private ref readonly Conclusion Known(int row)
    {
        CheckRow(row);
        if (!_isKnown)
        {
            _kernels.Conclude(Summaries(), Count, VocabularySize, _conclusions);
            _runtime.Read(_conclusions, 0, _known.AsSpan(0, Count));
            _isKnown = true;
        }
        return ref _known[row];
    }

    /// <summary>As the kernel writes it: the token, ln p₁, ln p₂, the entropy.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private readonly struct Conclusion
    {
        public readonly int Largest;
        public readonly Certainty Certainty;
    }
}
