using CodeExit.Inference.Checkpoints;
using CodeExit.Inference.Decoding;
using CodeExit.Inference.Models;

namespace CodeExit.Tests.Inference.Compute;

/// <summary>Rows that only get keys and values, in one window with rows that run, against the same in two.</summary>
[Trait(TestDevice.Trait, TestDevice.Any)]
public sealed class PropagationTests
{
    private static readonly int[] Prompt = [5, 1, 4, 2, 3], Skipping = [7, 8, 9], Running = [10, 11];

    [Theory]
    [InlineData("llama-base", WeightPrecision.F32, 1)]
    [InlineData("llama-base", WeightPrecision.Int8, 2)]
    [InlineData("opt-post-norm", WeightPrecision.F32, 2)]
    public void RunLayers_PropagatedRowsBeforeRunningOnes_IsTheSameAsOneAfterTheOther(string fixture, WeightPrecision precision, int threads)
    {
        using var model = Open(fixture, precision, threads);

        Assert.Equal(Run(model, together: false), Run(model, together: true));
    }

    [Fact]
    public void RunLayers_PropagatedRows_KeepTheirStates()
    {
        using var model = Open("llama-base", WeightPrecision.F32, 1);
        using var cache = model.CreateCache();
        using var states = model.CreateStates(20);
        model.Embed(Prompt, 0, states);
        var before = Row(model, states, 1);

        model.RunLayers(0, 2, states, cache, propagated: 3, CancellationToken.None);

        Assert.Equal(before, Row(model, states, 1));
        Assert.NotEqual(before, Row(model, states, 3));
        Assert.Equal(Prompt.Length, cache.Filled(1));
    }

    [Fact]
    public void RunLayers_MoreRowsPropagatedThanThereAre_IsRefused()
    {
        using var model = Open("llama-base", WeightPrecision.F32, 1);
        using var cache = model.CreateCache();
        using var states = model.CreateStates(20);
        model.Embed(Prompt, 0, states);

        Assert.Throws<ArgumentOutOfRangeException>(() => model.RunLayers(0, 1, states, cache, propagated: Prompt.Length + 1, CancellationToken.None));
    }

    /// <summary>The prompt at full depth, then some tokens that leave after the first layer, then some that go on.</summary>
    /// <returns>Logits of the last position, and the states of those that left.</returns>
    private static float[][] Run(DecoderModel model, bool together)
    {
        var layers = model.Config.LayerCount;
        using var cache = model.CreateCache();
        using var states = model.CreateStates(20);
        model.Embed(Prompt, 0, states);
        model.RunLayers(0, layers, states, cache, CancellationToken.None);
        model.Embed([.. Skipping, .. Running], Prompt.Length, states);
        model.RunLayers(0, 1, states, cache, CancellationToken.None);
        if (!together)
        {
            states.Select(Prompt.Length, Skipping.Length);
            model.RunLayers(1, layers, states, cache, propagated: Skipping.Length, CancellationToken.None);
            states.Select(Prompt.Length + Skipping.Length, Running.Length);
            model.RunLayers(1, layers, states, cache, CancellationToken.None);
        }
        else
        {
            model.RunLayers(1, layers, states, cache, propagated: Skipping.Length, CancellationToken.None);
        }
        states.Select(Prompt.Length, Skipping.Length + Running.Length);
        var logits = new float[model.Config.VocabularySize];
        model.ReadOut(states, layers, states.Count - 1, logits);
        return [logits, Row(model, states, Skipping.Length - 1)];
    }

    private static float[] Row(DecoderModel model, HiddenStates states, int row)
    {
        var values = new float[model.Config.HiddenSize];
        states.CopyRow(row, values);
        return values;
    }

    private static DecoderModel Open(string fixture, WeightPrecision precision, int threads) =>
        TestDevice.Open(Checkpoint.Open(RepositoryFiles.Path("tests", "fixtures", "checkpoints", fixture)), precision, 60, threads);
}
