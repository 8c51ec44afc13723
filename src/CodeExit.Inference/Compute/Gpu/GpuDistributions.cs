using CodeExit.Inference.Compute.Gpu.OpenCl;
using CodeExit.Inference.Models;

namespace CodeExit.Inference.Compute.Gpu;

/// <summary>[rows, padded vocabulary] F32 on the device. Setting a row only launches; a draw, and a verdict, read the token.</summary>
internal sealed class GpuDistributions : Distributions
{
    private readonly GpuRuntime _runtime;
    private readonly LogitsKernels _kernels;
    private readonly GpuRows _rows, _rest;
    private readonly GpuBuffer _candidates, _nucleus, _totals, _token;
    private int _summed = -1;

    public GpuDistributions(GpuRuntime runtime, LogitsKernels kernels, int rows, int vocabularySize)
        : base(rows, vocabularySize)
    {
        (_runtime, _kernels) = (runtime, kernels);
        _rows = GpuRows.Allocate(runtime, rows, vocabularySize);
        _rest = GpuRows.Allocate(runtime, 1, vocabularySize);
        _candidates = runtime.Allocate((long)vocabularySize * sizeof(int));
        _nucleus = runtime.Allocate(LogitsKernels.NucleusBytes);
        _totals = runtime.Allocate((long)LogitsKernels.Chunks(vocabularySize) * sizeof(ulong));
        _token = runtime.Allocate(sizeof(int));
    }

    public GpuRows Row(int row)
    {
        CheckRow(row);
        return _rows with { First = row, Count = 1 };
    }

    public override void Set(int row, Logits logits, int logitsRow, float temperature, float topP)
    {
        var (target, onDevice) = (Row(row), (GpuLogits)logits);
        var parts = onDevice.Summaries();
        var source = onDevice.Row(logitsRow);
        _kernels.FindNucleus(source, VocabularySize, parts, temperature, topP, _candidates, _nucleus);
        _kernels.Distribute(source, VocabularySize, temperature, _nucleus, target, _totals);
        _summed = row;
    }

    public override int Draw(int row, double uniform)
    {
        // Sums are kept of one row only.
        if (row != _summed) throw new InvalidOperationException($"Row {row} is not the one that was set last.");
        return Draw(Row(row), uniform);
    }

    public override int Verify(int row, Distributions drafted, int draftedRow, int draft, double accept, double redraw)
    {
        _kernels.Verify(Row(row), ((GpuDistributions)drafted).Row(draftedRow), VocabularySize, draft, accept, _rest.Buffer, _totals);
        _summed = -1;
        return Draw(_rest, redraw);
    }

    protected override void Dispose(bool disposing)
    {
        if (!disposing) return;
        foreach (var buffer in new[] { _rows.Buffer, _rest.Buffer, _candidates, _nucleus, _totals, _token }) buffer.Dispose();
    }

    private int Draw(GpuRows weights, double uniform)
    {
        _kernels.Draw(weights, VocabularySize, _totals, uniform, _token);
        var token = 0;
        _runtime.Read(_token, 0, new Span<int>(ref token));
        return token;
    }
}
