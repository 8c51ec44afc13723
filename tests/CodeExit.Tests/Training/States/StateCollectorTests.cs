using CodeExit.Inference.Checkpoints;
using CodeExit.Inference.Compute.Cpu;
using CodeExit.Inference.Models;
using CodeExit.Tests.Inference.Checkpoints;
using CodeExit.Training.States;

namespace CodeExit.Tests.Training.States;

public sealed class StateCollectorTests
{
    private const int Everything = 10_000; // draws that leave out no token of a short prompt

    private static readonly int[] Exits = [1, 3];

    [Theory]
    [InlineData(300, 30)] // a batch has 256
    [InlineData(250, 20)] // the truth goes on in a second batch
    [InlineData(2, 1)]
    [InlineData(1, 5)]
    public void Collect_WholePrompt_GivesTheStatesOfATokenByTokenRun(int prompt, int truth)
    {
        using var model = Open(600);
        var (first, second) = (Text(prompt, truth, 1), Text(3, 2, 2));

        var states = new StateCollector(model, Exits, Everything, seed: 1).Collect([first, second], _ => { }, default);

        foreach (var (text, number) in new[] { (first, 0), (second, 1) })
        {
            var tokens = All(text);
            var at = Enumerable.Range(0, states.Count).Where(token => states.Texts[token] == number).ToArray();
            Assert.Equal(tokens.Length - 1, at.Length);
            Assert.Equal(tokens[1..], at.Select(token => states.Next[token]));
            Assert.Equal(Enumerable.Range(0, at.Length).Select(position => position >= text.Prompt.Length - 1), at.Select(token => states.InTruth[token]));
            var expected = OneByOne(model, tokens);
            for (var position = 0; position < at.Length; position++)
            {
                for (var exit = 0; exit < Exits.Length; exit++) Assert.Equal(expected[exit][position], states.State(exit, at[position]).ToArray());
            }
        }
        Assert.Equal(states.Texts.Order(), states.Texts);
    }

    [Fact]
    public void Collect_SomeOfThePrompt_KeepsNoMoreThanAskedForAndAllOfTheTruth()
    {
        using var model = Open(600);
        var text = Text(100, 7, 3);

        var none = new StateCollector(model, Exits, 0, seed: 1).Collect([text], _ => { }, default);
        Assert.Equal(text.Truth, none.Next);
        Assert.All(none.InTruth, Assert.True);

        var some = new StateCollector(model, Exits, 5, seed: 1).Collect([text], _ => { }, default);
        var ofPrompt = some.InTruth.Count(inTruth => !inTruth);
        Assert.InRange(ofPrompt, 1, 5);
        Assert.Equal(text.Truth, some.Next[ofPrompt..]);
        Assert.Equal(none.States[1], some.States[1][(ofPrompt * some.Hidden)..]);
        var expected = OneByOne(model, All(text));
        for (var token = 0; token < ofPrompt; token++)
        {
            var position = Array.FindIndex(expected[0], state => some.State(0, token).SequenceEqual(state));
            Assert.InRange(position, 0, 98);
            Assert.Equal(All(text)[position + 1], some.Next[token]);
        }
        Assert.Equal(some.Next, new StateCollector(model, Exits, 5, seed: 1).Collect([text], _ => { }, default).Next);
    }

    /// <summary>Of 32 tokens the last is only what comes next.</summary>
    [Theory]
    [InlineData(20, 30, 12)]
    [InlineData(31, 5, 1)]
    [InlineData(32, 5, 0)]
    [InlineData(33, 5, 0)]
    [InlineData(90, 5, 0)]
    public void Collect_MoreThanTheContext_IsCutThere(int prompt, int truth, int ofTruth)
    {
        using var model = Open(32);
        var text = Text(prompt, truth, 4);

        var states = new StateCollector(model, Exits, Everything, seed: 1).Collect([text], _ => { }, default);

        Assert.Equal(All(text)[1..32], states.Next);
        Assert.Equal(ofTruth, states.InTruth.Count(inTruth => inTruth));
        Assert.Equal(OneByOne(model, All(text)[..31])[1].SelectMany(state => state), states.States[1]);
    }

    [Fact]
    public void Collect_Cancelled_Stops()
    {
        using var model = Open(64);
        using var cancel = new CancellationTokenSource();
        var texts = Enumerable.Range(0, 5).Select(seed => Text(10, 3, seed)).ToArray();
        var seen = new List<int>();

        Assert.ThrowsAny<OperationCanceledException>(() => new StateCollector(model, Exits, 1, seed: 1).Collect(
            texts,
            text =>
            {
                seen.Add(text);
                if (text == 2) cancel.Cancel();
            },
            cancel.Token));

        Assert.Equal([0, 1, 2], seen);
    }

    /// <summary>States of each position after each exit: [exit][position][hidden].</summary>
    private static float[][][] OneByOne(DecoderModel model, int[] tokens)
    {
        using var cache = model.CreateCache();
        using var state = model.CreateStates(tokens.Length);
        var states = Exits.Select(_ => new float[tokens.Length][]).ToArray();
        for (var position = 0; position < tokens.Length; position++)
        {
            model.Embed(tokens.AsSpan(position, 1), position, state);
            for (var layer = 0; layer < 3; layer++)
            {
                model.RunLayers(layer, layer + 1, state, cache, default);
                if (Array.IndexOf(Exits, layer + 1) is >= 0 and var exit) state.CopyRow(0, states[exit][position] = new float[model.Config.HiddenSize]);
            }
        }
        return states;
    }

    private static int[] All(TuningText text) => [.. text.Prompt, .. text.Truth];

    private static TuningText Text(int prompt, int truth, int seed)
    {
        var random = new Random(seed);
        int[] Tokens(int count) => [.. Enumerable.Range(0, count).Select(_ => random.Next(131))];
        return new TuningText(Tokens(prompt), Tokens(truth), []);
    }

    private static CpuDecoderModel Open(int context) => new(Checkpoint.Open(Fixtures.Folder("llama-base")), WeightPrecision.F32, context, threads: 2);
}
