using CodeExit.Inference.Decoding;
using CodeExit.Inference.EarlyExit.Learned;
using CodeExit.Inference.Models;

namespace CodeExit.Tests.Inference.Compute.Gpu;

/// <summary>A model as it is, with what was asked of it counted.</summary>
internal sealed class CountingDecoder(DecoderModel model) : DecoderModel(model.Config, model.ContextLength)
{
    /// <summary>Rows read out.</summary>
    public int RowsReadOut { get; private set; }

    /// <summary>Numbers that probes answered.</summary>
    public int Answers { get; private set; }

    public override string Device => model.Device;

    public override int MaxBatch => model.MaxBatch;

    public override long BytesPerToken => model.BytesPerToken;

    public override double ReadOutLayers => model.ReadOutLayers;

    public override KvCache CreateCache() => model.CreateCache();

    public override HiddenStates CreateStates(int capacity) => model.CreateStates(capacity);

    public override Logits CreateLogits(int rows) => model.CreateLogits(rows);

    public override Distributions CreateDistributions(int rows) => model.CreateDistributions(rows);

    public override void Embed(ReadOnlySpan<int> tokens, int start, HiddenStates states) => model.Embed(tokens, start, states);

    public override void RunLayers(int from, int to, HiddenStates states, KvCache cache, int propagated, CancellationToken cancellationToken) =>
        model.RunLayers(from, to, states, cache, propagated, cancellationToken);

    public override void ReadOut(HiddenStates states, int layer, int first, int count, Logits logits)
    {
        RowsReadOut += count;
        model.ReadOut(states, layer, first, count, logits);
    }

    public override void Evaluate(ProbeNetwork network, HiddenStates states, int row, ReadOnlySpan<float> rest, Span<float> outputs)
    {
        Answers += outputs.Length;
        model.Evaluate(network, states, row, rest, outputs);
    }

    public override void Keep(HiddenStates states, int row, HiddenStates kept) => model.Keep(states, row, kept);

    public override float Cosine(HiddenStates states, int row, HiddenStates kept)
    {
        Answers++;
        return model.Cosine(states, row, kept);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) model.Dispose();
    }
}
