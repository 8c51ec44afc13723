using CodeExit.Inference.Models;

namespace CodeExit.Inference.Compute.Gpu;

/// <summary>A row of a projection.</summary>
internal readonly record struct LinearRow(LinearTensors Of, int Row);

/// <summary>Orders in which rows of several projections make one matrix.</summary>
internal static class LinearRows
{
    /// <summary>One part after the other.</summary>
    public static LinearRow[] InSequence(ReadOnlySpan<LinearTensors> parts)
    {
        var rows = new List<LinearRow>();
        foreach (var part in parts) rows.AddRange(Enumerable.Range(0, part.Weight.Rows).Select(row => new LinearRow(part, row)));
        return [.. rows];
    }

    /// <summary>First of each, second of each, … of parts with as many rows each.</summary>
    public static LinearRow[] ByTurns(ReadOnlySpan<LinearTensors> parts)
    {
        var rows = new LinearRow[parts.Length * parts[0].Weight.Rows];
        for (var i = 0; i < rows.Length; i++) rows[i] = new LinearRow(parts[i % parts.Length], i / parts.Length);
        return rows;
    }

    /// <summary>
    /// As <c>project</c> wants them: the pairs (i, i + half) that are rotated together, of all query and then key heads; what is not rotated
    /// of these; values.
    /// </summary>
    /// <param name="headDim">Rows of a head.</param>
    /// <param name="halfDim">Pairs of a head; 0 where nothing is rotated.</param>
    public static LinearRow[] Heads(LinearTensors query, LinearTensors key, LinearTensors value, int headDim, int halfDim)
    {
        var heads = InSequence([query, key]).Chunk(headDim).ToArray();
        return
        [
            .. heads.SelectMany(head => Enumerable.Range(0, 2 * halfDim).Select(i => head[i / 2 + i % 2 * halfDim])),
            .. heads.SelectMany(head => head.Skip(2 * halfDim)),
            .. InSequence([value]),
        ];
    }
}
