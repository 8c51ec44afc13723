using CodeExit.Evaluation.Speed;
using CodeExit.Inference.Checkpoints;
using CodeExit.Inference.Compute.Cpu;
using CodeExit.Inference.Models;

namespace CodeExit.Tests.Evaluation;

public class BatchCostTests
{
    /// <summary>Eight positions are more work than one and less than sixteen passes of it, however busy the machine.</summary>
    [Fact]
    public void Measure_EmbeddedModel_HoldsBatchesAgainstOne()
    {
        using var model = new CpuDecoderModel(
            Checkpoint.Open(RepositoryFiles.Path("models", "default")), WeightPrecision.Int8, 128, threads: 1);

        var cost = BatchCost.Measure(model, CancellationToken.None);

        foreach (var costs in new[] { cost.Layers, cost.Head })
        {
            Assert.Equal((8, 1.0), (costs.Count, costs[0]));
            Assert.InRange(costs[7], 1.0, 16.0);
        }
    }
}
