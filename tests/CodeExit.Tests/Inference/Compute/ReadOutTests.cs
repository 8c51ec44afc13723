using CodeExit.Inference.Checkpoints;
using CodeExit.Inference.Models;

namespace CodeExit.Tests.Inference.Compute;

[Trait(TestDevice.Trait, TestDevice.Any)]
public sealed class ReadOutTests
{
    /// <summary>Heads of their own, tied ones, no final norm, OPT-350m's projection; one reading of the head and several.</summary>
    [Theory]
    [InlineData("models/default", WeightPrecision.Int8)]
    [InlineData("models/default", WeightPrecision.BF16)]
    [InlineData("tests/fixtures/checkpoints/llama-own-head", WeightPrecision.F32)]
    [InlineData("tests/fixtures/checkpoints/opt-post-norm", WeightPrecision.Int8)]
    [InlineData("tests/fixtures/checkpoints/starcoder2-plain", WeightPrecision.F32)]
    public void ReadOut_SeveralRows_AreBitIdenticalToEachAlone(string folder, WeightPrecision precision)
    {
        using var model = TestDevice.Open(Checkpoint.Open(RepositoryFiles.Path(folder)), precision, 64, threads: 2);
        using var states = model.CreateStates(20);
        using var cache = model.CreateCache();
        var vocabulary = model.Config.VocabularySize;
        model.Embed([.. Enumerable.Range(1, 20).Select(i => i * 5)], 0, states);
        model.RunLayers(0, 2, states, cache, CancellationToken.None);
        var alone = new float[20][];
        for (var row = 0; row < alone.Length; row++) model.ReadOut(states, 0, row, alone[row] = new float[vocabulary]);
        Assert.NotEqual(alone[0], alone[1]);

        foreach (var (first, count) in new[] { (0, 2), (3, 3), (5, 8), (1, 9), (0, 20), (19, 1) })
        {
            var logits = new float[count * vocabulary];
            model.ReadOut(states, 0, first, count, logits);

            for (var row = 0; row < count; row++) Assert.Equal(alone[first + row], logits[(row * vocabulary)..((row + 1) * vocabulary)]);
        }
    }

    [Theory]
    [InlineData(-1, 1)]
    [InlineData(0, 0)]
    [InlineData(0, 3)]
    [InlineData(2, 1)]
    [InlineData(0, 2)] // two rows, but room for one
    public void ReadOut_RowsThatAreNotThere_IsRefused(int first, int count)
    {
        using var model = TestDevice.Open(
            Checkpoint.Open(RepositoryFiles.Path("tests/fixtures/checkpoints/llama-base")), WeightPrecision.F32, 64, threads: 1);
        using var states = model.CreateStates(8);
        model.Embed([1, 2], 0, states);

        Assert.Throws<ArgumentOutOfRangeException>(() => model.ReadOut(states, 0, first, count, new float[model.Config.VocabularySize]));
    }
}
