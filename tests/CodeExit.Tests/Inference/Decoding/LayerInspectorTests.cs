using CodeExit.Inference.Checkpoints;
using CodeExit.Inference.Decoding;
using CodeExit.Inference.Models;

namespace CodeExit.Tests.Inference.Decoding;

[Trait(TestDevice.Trait, TestDevice.Any)]
public sealed class LayerInspectorTests
{
    /// <summary>What a token is batched with must not change a bit of its logits: prefill in pieces, attention in tiles, and one by one.</summary>
    [Theory]
    [InlineData("models/default", WeightPrecision.Int8)]
    [InlineData("models/default", WeightPrecision.BF16)]
    [InlineData("tests/fixtures/checkpoints/mistral-window", WeightPrecision.F32)]
    [InlineData("tests/fixtures/checkpoints/starcoder2-window", WeightPrecision.Int8)]
    public void Read_PromptOfSeveralPieces_IsBitIdenticalToTokenByToken(string folder, WeightPrecision precision)
    {
        using var model = TestDevice.Open(Checkpoint.Open(RepositoryFiles.Path(folder)), precision, 600, threads: 2);
        var random = new Random(2);
        var tokens = Enumerable.Range(0, 523).Select(_ => random.Next(model.Config.VocabularySize)).ToArray();

        var atOnce = LayerInspector.Read(model, tokens, CancellationToken.None)[^1];

        using var cache = model.CreateCache();
        using var state = model.CreateStates(tokens.Length);
        var oneByOne = new float[model.Config.VocabularySize];
        for (var i = 0; i < tokens.Length; i++)
        {
            model.Embed(tokens.AsSpan(i, 1), i, state);
            model.RunLayers(0, model.Config.LayerCount, state, cache, CancellationToken.None);
        }
        model.ReadOut(state, model.Config.LayerCount, 0, oneByOne);
        Assert.Equal(oneByOne, atOnce);
    }

    [Theory]
    [InlineData(new int[0])]
    [InlineData(new[] { 1, 2, 3, 4, 5 })]
    public void Read_NoTokenOrTooMany_Throws(int[] tokens)
    {
        using var model = TestDevice.Open(Checkpoint.Open(RepositoryFiles.Path("models", "default")), WeightPrecision.BF16, 4, threads: 1);

        Assert.Throws<ArgumentException>(() => LayerInspector.Read(model, tokens, CancellationToken.None));
    }
}
