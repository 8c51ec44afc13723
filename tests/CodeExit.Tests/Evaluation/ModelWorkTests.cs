using CodeExit.Evaluation.RandomModels;
using CodeExit.Evaluation.Speed;
using CodeExit.Inference.Checkpoints;
using CodeExit.Inference.Models;
using CodeExit.Tests.Cli;

namespace CodeExit.Tests.Evaluation;

public class ModelWorkTests
{
    [Fact]
    public void Of_TiedModel_CountsTheHeadOnceAsStoredAndOnceAsWork()
    {
        var embedding = Tensor(10, 8);
        var work = ModelWork.Of(TestConfig.Create(10, 16, 1), Tensors(embedding, new LinearTensors(embedding, null)));

        Assert.Equal(8 * 8 + 4 * 8 + 4 * 8 + 8 * 8 + 3 * 16 * 8, work.BlockWeights);
        Assert.Equal(80, work.HeadWeights);
        Assert.Equal(80 + work.BlockWeights + 4 + 3 * 8, work.Parameters); // a bias of 4 and three norms
        Assert.Equal(2 * 4, work.AttentionWidth);
        Assert.Equal((work.BlockWeights + 80) * 2, work.BytesPerToken(2));
        Assert.Equal(2 * 4, work.CacheWidth); // a key and a value of one head, 4 wide, in one layer
        Assert.Equal((work.BlockWeights + 80) * 2 + 8 * 4 * 7, work.LeastBytes(2, position: 5)); // six are read, one is written
        Assert.Equal((work.BlockWeights + 80) * 2 + 4 * 8 * 6, work.DecodeOperations(position: 5));
    }

    [Fact]
    public void Of_UntiedModel_StoresTheHeadTwice()
    {
        var config = TestConfig.Create(10, 16, 1);
        var embedding = Tensor(10, 8);
        var tied = ModelWork.Of(config, Tensors(embedding, new LinearTensors(embedding, null)));
        // Equal in every field, yet another tensor.
        var untied = ModelWork.Of(config, Tensors(embedding, new LinearTensors(Tensor(10, 8), null)));
        Assert.Equal(tied.Parameters + 80, untied.Parameters);
        Assert.Equal(tied.BlockWeights, untied.BlockWeights);
    }

    [Fact]
    public void Known_RandomShapes_LandNearTheSizesTheyAreNamedFor()
    {
        Assert.InRange(RandomModelShape.Named("30m").Parameters, 33_000_000, 35_000_000);
        Assert.InRange(RandomModelShape.Named("400M").Parameters, 385_000_000, 390_000_000);
        // What the model cards of Qwen2.5-Coder say: 0.49 and 1.54 billion, 0.36 and 1.31 of them no embeddings.
        Assert.InRange(RandomModelShape.Named("qwen-0.5b").Parameters, 490_000_000, 495_000_000);
        Assert.InRange(RandomModelShape.Named("qwen-1.5b").Parameters, 1_540_000_000, 1_545_000_000);
        Assert.InRange(RandomModelShape.Named("qwen-1.5b").Parameters - 151936L * 1536, 1_305_000_000, 1_315_000_000);
    }

    private static CheckpointTensor Tensor(int rows, int columns) => new("t", "f", TensorType.F32, rows, columns, 0);

    private static LinearTensors Linear(int rows, int columns) => new(Tensor(rows, columns), null);

    private static NormTensors Norm() => new(Tensor(8, 1), null);

    private static DecoderTensors Tensors(CheckpointTensor embedding, LinearTensors head) => new(
        embedding, null, null, null,
        [
            new LayerTensors(
                Norm(), Linear(8, 8), new LinearTensors(Tensor(4, 8), Tensor(4, 1)), Linear(4, 8), Linear(8, 8),
                Norm(), Linear(16, 8), Linear(16, 8), Linear(8, 16)),
        ],
        Norm(), head);
}
