using CodeExit.Inference.Compute.Gpu.OpenCl;

namespace CodeExit.Inference.Compute.Gpu;

/// <summary>The kernels of <c>certainty.cl</c> and <c>sampling.cl</c>: what is asked of logits, and what is drawn from them.</summary>
internal sealed class LogitsKernels
{
    /// <summary>Bytes of the sources' summary, conclusion and nucleus.</summary>
    public const int SummaryBytes = 20, ConclusionBytes = 16, NucleusBytes = 16;

    /// <summary>LANES and CHUNK of the sources.</summary>
    private const int Lanes = 256, Chunk = 4 * Lanes;

    /// <summary>2⁶⁴: the sources take shares of 1 as integers.</summary>
    private const double Whole = 18446744073709551616d;

    private readonly GpuRuntime _runtime;
    private readonly GpuKernel _summarize, _conclude, _findNucleus, _distribute, _verify, _draw;

    /// <exception cref="GpuException">The driver cannot compile them.</exception>
    public LogitsKernels(GpuRuntime runtime)
    {
        _runtime = runtime;
        var kernels = runtime.Build(
            GpuKernels.Source("lanes", "certainty", "sampling"), "",
            "summarize", "conclude", "find_nucleus", "distribute", "verify", "draw");
        (_summarize, _conclude, _findNucleus) = (kernels[0], kernels[1], kernels[2]);
        (_distribute, _verify, _draw) = (kernels[3], kernels[4], kernels[5]);
    }

    /// <summary>Pieces that a row is looked at in, each by a group.</summary>
    public static int Chunks(int vocabulary) => (vocabulary + Chunk - 1) / Chunk;

    /// <param name="parts">Summaries, [rows, chunks].</param>
    public void Summarize(GpuRows logits, int vocabulary, GpuBuffer parts)
    {
        _summarize.With(logits.Buffer, logits.Stride, vocabulary, parts);
        _runtime.Launch(_summarize, (Chunks(vocabulary) * Lanes, logits.Count, 1), Lanes);
    }

    /// <param name="conclusions">[rows].</param>
    public void Conclude(GpuBuffer parts, int rows, int vocabulary, GpuBuffer conclusions)
    {
        _conclude.With(parts, Chunks(vocabulary), conclusions);
        _runtime.Launch(_conclude, (Lanes, rows, 1), Lanes);
    }

    /// <param name="logits">One row, the one that <paramref name="parts"/> has at its place.</param>
    /// <param name="candidates">Scratch, [vocabulary] numbers of 32 bits.</param>
    public void FindNucleus(GpuRows logits, int vocabulary, GpuBuffer parts, float temperature, float topP, GpuBuffer candidates, GpuBuffer nucleus)
    {
        var share = topP < 1 ? Math.Max(1, Share(topP)) : 0;
        _findNucleus.With(
            logits.Buffer, logits.Stride, logits.First, vocabulary, parts, Chunks(vocabulary), temperature, share, candidates, nucleus);
        _runtime.Launch(_findNucleus, (Lanes, 1, 1), Lanes);
    }

    /// <param name="totals">Of the pieces, [chunks] numbers of 64 bits.</param>
    public void Distribute(GpuRows logits, int vocabulary, float temperature, GpuBuffer nucleus, GpuRows probabilities, GpuBuffer totals)
    {
        _distribute.With(logits.Buffer, logits.Stride, logits.First, vocabulary, temperature, nucleus, probabilities.Buffer, probabilities.First, totals);
        _runtime.Launch(_distribute, (Chunks(vocabulary) * Lanes, 1, 1), Lanes);
    }

    /// <summary>What is drawn from after a draft: see <c>sampling.cl</c>.</summary>
    public void Verify(GpuRows p, GpuRows q, int vocabulary, int draft, double accept, GpuBuffer rest, GpuBuffer totals)
    {
        _verify.With(p.Buffer, p.First, q.Buffer, q.First, p.Stride, vocabulary, draft, Share(accept), rest, totals);
        _runtime.Launch(_verify, (Chunks(vocabulary) * Lanes, 1, 1), Lanes);
    }

    public void Draw(GpuRows weights, int vocabulary, GpuBuffer totals, double uniform, GpuBuffer token)
    {
        _draw.With(weights.Buffer, weights.First, weights.Stride, vocabulary, totals, Chunks(vocabulary), Share(uniform), token);
        _runtime.Launch(_draw, (Lanes, 1, 1), Lanes);
    }

    private static ulong Share(double value) => (ulong)(value * Whole);
}
