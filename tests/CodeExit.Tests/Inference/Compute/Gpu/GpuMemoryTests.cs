using CodeExit.Inference.Checkpoints;
using CodeExit.Inference.Compute.Gpu;
using CodeExit.Inference.Decoding;
using CodeExit.Inference.Models;
using CodeExit.Tests.Inference.Checkpoints;

namespace CodeExit.Tests.Inference.Compute.Gpu;

/// <summary>What is said before loading against what loading takes.</summary>
public sealed class GpuMemoryTests
{
    [GpuTheory]
    [MemberData(nameof(GpuDecoderModelTests.All), MemberType = typeof(GpuDecoderModelTests))]
    public void Of_AFixture_IsWhatLoadingTakes(string fixture) => AssertIsTaken(Fixtures.Folder(fixture), WeightPrecision.F32, 100);

    [GpuTheory]
    [InlineData("F32")]
    [InlineData("BF16")]
    [InlineData("Int8")]
    public void Of_TheEmbeddedModel_IsWhatLoadingTakes(string precision) =>
        AssertIsTaken(RepositoryFiles.Path("models", "default"), Enum.Parse<WeightPrecision>(precision), 2048);

    [GpuFact]
    public void AllocatedBytes_CacheGivenBack_AreThoseOfBefore()
    {
        using var model = new GpuDecoderModel(Checkpoint.Open(Fixtures.Folder("llama-base")), WeightPrecision.F32, 64, TestGpu.Device);
        var before = model.AllocatedBytes;

        for (var i = 0; i < 3; i++)
        {
            using var cache = model.CreateCache();
            using var states = model.CreateStates(64);
            Assert.True(model.AllocatedBytes > before);
        }

        Assert.Equal(before, model.AllocatedBytes);
    }

    private static void AssertIsTaken(string folder, WeightPrecision precision, int context)
    {
        var checkpoint = Checkpoint.Open(folder);
        GpuMemory needs;
        try
        {
            needs = GpuMemory.Of(checkpoint, precision, context, TestGpu.Device);
        }
        catch (CheckpointException)
        {
            checkpoint.Dispose(); // refused by name, and tested there: nothing to be held against
            return;
        }
        var model = new GpuDecoderModel(checkpoint, precision, context, TestGpu.Device);
        using var generator = new Generator(model);

        Assert.Equal(model.AllocatedBytes, needs.Total);
        Assert.Equal(model.LargestBytes, needs.LargestBuffer);
    }
}
