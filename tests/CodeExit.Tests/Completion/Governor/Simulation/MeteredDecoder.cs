using CodeExit.Inference.Decoding;
using CodeExit.Inference.EarlyExit.Learned;
using CodeExit.Inference.Models;
using CodeExit.Tests.Telemetry.Simulation;

namespace CodeExit.Tests.Completion.Governor.Simulation;

/// <summary>
/// A real model whose work takes simulated time and power: a layer draws much, what a host does around a token little. So the fewer layers
/// tokens run, the less power, as on a card that is fed token by token.
/// </summary>
internal sealed class MeteredDecoder(DecoderModel model, SimulatedTime time, LaggingDevice device) : DecoderModel(model.Config, model.ContextLength)
{
    public const double LayerWatts = 200, LayerSeconds = 0.0025, LayerSecondsPerRow = 1e-5;

    private const double TokenSeconds = 0.03;

    public override string Device => model.Device;

    public override int MaxBatch => model.MaxBatch;

    public override long BytesPerToken => model.BytesPerToken;

    public override double ReadOutLayers => model.ReadOutLayers;

    /// <summary>Told before each token.</summary>
    public Action? TokenBegins { get; set; }

    public override KvCache CreateCache() => model.CreateCache();

    public override HiddenStates CreateStates(int capacity) => model.CreateStates(capacity);

    public override void Embed(ReadOnlySpan<int> tokens, int start, HiddenStates states)
    {
        TokenBegins?.Invoke();
        time.Advance(TokenSeconds);
        model.Embed(tokens, start, states);
    }

    public override void RunLayers(int from, int to, HiddenStates states, KvCache cache, int propagated, CancellationToken cancellationToken)
    {
        device.Demand = LayerWatts;
        time.Advance((to - from) * (LayerSeconds + LayerSecondsPerRow * states.Count));
        device.Demand = LaggingDevice.RestWatts;
        model.RunLayers(from, to, states, cache, propagated, cancellationToken);
    }

    public override Logits CreateLogits(int rows) => model.CreateLogits(rows);

    public override Distributions CreateDistributions(int rows) => model.CreateDistributions(rows);

    public override void ReadOut(HiddenStates states, int layer, int first, int count, Logits logits) =>
        model.ReadOut(states, layer, first, count, logits);

    public override void Evaluate(ProbeNetwork network, HiddenStates states, int row, ReadOnlySpan<float> rest, Span<float> outputs) =>
        model.Evaluate(network, states, row, rest, outputs);

    public override void Keep(HiddenStates states, int row, HiddenStates kept) => model.Keep(states, row, kept);

    public override float Cosine(HiddenStates states, int row, HiddenStates kept) => model.Cosine(states, row, kept);

    protected override void Dispose(bool disposing)
    {
        if (disposing) model.Dispose();
    }
}
