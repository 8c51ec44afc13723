using CodeExit.Inference.Checkpoints;
using CodeExit.Inference.Compute.Gpu;
using CodeExit.Inference.Decoding;
using CodeExit.Inference.EarlyExit;
using CodeExit.Inference.Models;

namespace CodeExit.Tests.Inference.Compute.Gpu;

public sealed class GpuMachineProbeTests
{
    [GpuFact]
    public void Probe_OnThisDevice_IsPhysicallyPossible()
    {
        using var probe = new GpuMachineProbe(TestGpu.Device);

        Assert.InRange(probe.CopyBandwidth(), 0.05e9, 1e14);
        Assert.InRange(probe.FmaPeak(), 0.1e9, 1e16);
        var (queued, waited) = (probe.QueuedLaunch(), probe.WaitedLaunch());
        Assert.InRange(queued, 1e-8, 1);
        Assert.InRange(waited, 1e-8, 1);
    }

    /// <summary>Counted against the shape: each weight once for a token, keys and values of the positions so far, and little over the bus.</summary>
    [GpuFact]
    public void Traffic_OfDecodedTokens_IsTheWeightsOnceAndTheCacheSoFar()
    {
        const int tokens = 9;
        using var generator = new Generator(Open(out var model));
        var config = model.Config;
        var before = model.Traffic!.Value;

        generator.Generate([5], new GenerationOptions { MaxTokens = tokens }, new FullDepthPolicy(), new HashSet<int>(), null, CancellationToken.None);

        var traffic = model.Traffic!.Value.Since(before);
        var position = 2L * config.LayerCount * config.KeyValueHeadCount * config.HeadDim * sizeof(float);
        var attended = tokens * (tokens + 1) / 2 + tokens; // each token to those up to its own, which it writes
        Assert.Equal(tokens * model.BytesPerToken + attended * position, traffic.MemoryBytes);
        Assert.InRange(traffic.Launches, tokens * config.LayerCount, tokens * (6 * config.LayerCount + 8));
        Assert.InRange(traffic.HostBytes, tokens * sizeof(int), tokens * (config.VocabularySize + 64L) * sizeof(float));
    }

    [GpuFact]
    public void Traffic_OfAProbe_IsNoModels()
    {
        using var model = Open(out _);
        var before = model.Traffic;
        using var probe = new GpuMachineProbe(model.Gpu);

        probe.QueuedLaunch();

        Assert.Equal(before, model.Traffic);
    }

    private static GpuDecoderModel Open(out GpuDecoderModel model) =>
        model = new GpuDecoderModel(Checkpoint.Open(RepositoryFiles.Path("models", "default")), WeightPrecision.BF16, 64, TestGpu.Device);
}
