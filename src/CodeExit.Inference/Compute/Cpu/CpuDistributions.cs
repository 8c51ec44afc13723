using System.Numerics.Tensors;
using CodeExit.Inference.Models;

namespace CodeExit.Inference.Compute.Cpu;

/// <summary>[rows, vocabulary] F32, summed in double precision. Allocates nothing after the first nucleus.</summary>
internal sealed class CpuDistributions(int rows, int vocabularySize) : Distributions(rows, vocabularySize)
{
    private readonly float[] _rows = new float[rows * vocabularySize];
    private float[] _sorted = [];
    private int[] _order = [];

    /// <summary>[vocabulary].</summary>
    public Span<float> Row(int row)
    {
        CheckRow(row);
        return _rows.AsSpan(row * VocabularySize, VocabularySize);
    }

    public override void Set(int row, Logits logits, int logitsRow, float temperature, float topP)
    {
        var source = ((CpuLogits)logits).Row(logitsRow);
        var distribution = Row(row);
        var largest = TensorPrimitives.Max<float>(source);
        var sum = 0d;
        for (var i = 0; i < source.Length; i++)
        {
            distribution[i] = MathF.Exp((source[i] - largest) / temperature);
            sum += distribution[i];
        }
        for (var i = 0; i < source.Length; i++) distribution[i] = (float)(distribution[i] / sum);
        if (topP < 1) CutToNucleus(distribution, topP);
    }

    public override int Draw(int row, double uniform) => Draw(Row(row), uniform);

    public override int Verify(int row, Distributions drafted, int draftedRow, int draft, double accept, double redraw)
    {
        var p = Row(row);
        var q = ((CpuDistributions)drafted).Row(draftedRow);
        if (accept * q[draft] < p[draft]) return draft;
        TensorPrimitives.Subtract(p, q, p);
        TensorPrimitives.Max(p, 0, p);
        return Draw(p, redraw);
    }

    protected override void Dispose(bool disposing)
    {
    }

    private void CutToNucleus(Span<float> distribution, float topP)
    {
        if (_sorted.Length == 0) (_sorted, _order) = (new float[VocabularySize], new int[VocabularySize]);
        // Sorting by the negated key gives descending order without a comparer object.
        TensorPrimitives.Negate(distribution, _sorted);
        for (var i = 0; i < _order.Length; i++) _order[i] = i;
        _sorted.AsSpan().Sort(_order.AsSpan());
        var mass = 0d;
        var kept = 0;
        while (kept < _order.Length && mass < topP) mass -= _sorted[kept++];
        foreach (var token in _order.AsSpan(kept)) distribution[token] = 0;
        for (var i = 0; i < kept; i++) distribution[_order[i]] = (float)(distribution[_order[i]] / mass);
    }

    /// <param name="weights">[vocabulary]; need not sum to 1.</param>
    private static int Draw(ReadOnlySpan<float> weights, double uniform)
    {
        var mass = 0d;
        foreach (var weight in weights) mass += weight;
        var target = uniform * mass;
        var sum = 0d;
        for (var i = 0; i < weights.Length; i++)
        {
            sum += weights[i];
            if (target < sum) return i;
        }
        // Rounding left the target beyond the sum: the last that can be drawn at all.
        var last = weights.Length - 1;
        while (last > 0 && weights[last] == 0) last--;
        return last;
    }
}
