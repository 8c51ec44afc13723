using CodeExit.Inference.EarlyExit.Learned;
using CodeExit.Inference.Models;
using CodeExit.Tests.Inference.Checkpoints;
using CodeExit.Training.Heads;
using CodeExit.Training.States;

namespace CodeExit.Tests.Training.Heads;

public sealed class ExitReaderTests
{
    private const int Texts = 3, Tokens = 100; // together more than a batch of 256

    [Theory]
    [MemberData(nameof(HeadFixtures.Kinds), MemberType = typeof(HeadFixtures))]
    public void Read_SharedAndOwnHeads_SaysWhatTheEngineReadsOut(string fixture)
    {
        using var checkpoint = HeadFixtures.Open(fixture);
        using var head = new LanguageModelHead(checkpoint, threads: 2);
        var own = new Dictionary<int, ExitHead> { [1] = HeadFixtures.RandomHead(head, 4, 1), [2] = HeadFixtures.RandomHead(head, 5, 2) };
        foreach (var heads in new[] { [], own })
        {
            using var model = HeadFixtures.Serve(fixture, HeadFixtures.Learned(heads));
            var texts = HeadFixtures.Texts(model, Texts, Tokens, seed: 3);
            var states = HeadFixtures.States(model, texts);

            var readings = ExitReader.Read(head, states, heads, default);

            var engine = ReadOut(model, texts);
            for (var exit = 0; exit < 3; exit++)
            {
                for (var token = 0; token < Texts * Tokens; token++)
                {
                    var (full, said) = (SoftMax(engine[2][token]), Best(engine[exit][token]));
                    Assert.Equal(said, readings.Said[exit][token]);
                    Assert.Equal(full.Max() - full[said], readings.Regret[exit][token], 1e-4);
                }
            }
            Assert.True(readings.Regret[0].Average() > 0.001, "the first exit says all that full depth says: nothing to see");
            Assert.All(readings.Regret[2], regret => Assert.Equal(0, regret));
        }
    }

    [Fact]
    public void Read_LearnedHead_SaysSomethingElseThanTheShared()
    {
        using var checkpoint = HeadFixtures.Open("llama-base");
        using var head = new LanguageModelHead(checkpoint, threads: 1);
        using var model = HeadFixtures.Serve("llama-base");
        var states = HeadFixtures.States(model, HeadFixtures.Texts(model, 1, 50, seed: 4));

        var shared = ExitReader.Read(head, states, LearnedExits.None.Heads, default);
        var own = ExitReader.Read(head, states, new Dictionary<int, ExitHead> { [2] = HeadFixtures.RandomHead(head, 4, 1) }, default);

        Assert.Equal(shared.Said[0], own.Said[0]);
        Assert.NotEqual(shared.Said[1], own.Said[1]);
        Assert.Equal(shared.Said[2], own.Said[2]);
    }

    /// <summary>
    /// Three words whose logits for a state (1, 1) are ln 4, ln 2 and 0, so their probabilities 4/7, 2/7 and 1/7; for (0, √2) the second is the
    /// likeliest, for (−1, −1) the third.
    /// </summary>
    [Fact]
    public void Read_HeadOfThreeWords_GivesTheRegretWorkedOutByHand()
    {
        using var folder = new TemporaryFolder();
        TinyModel.Write(folder, [MathF.Log(4), 0, 0, MathF.Log(2), 0, 0]);
        using var checkpoint = CodeExit.Inference.Checkpoints.Checkpoint.OpenBase(folder.Path);
        using var head = new LanguageModelHead(checkpoint, threads: 1);
        // Full depth says the first word each time; its states' lengths do not count behind the norm.
        var states = new TokenStates([1, 2], [0, 0, 0], [true, true, true], [0, 1, 2], [[3, 3, 0, 5, -0.1f, -0.1f], [1, 1, 2, 2, 0.5f, 0.5f]]);

        var readings = ExitReader.Read(head, states, new Dictionary<int, ExitHead>(), default);

        Assert.Equal([0, 1, 2], readings.Said[0]);
        Assert.Equal([0, 0, 0], readings.Said[1]);
        foreach (var (expected, regret) in new[] { 0, 2.0 / 7, 3.0 / 7 }.Zip(readings.Regret[0])) Assert.Equal(expected, regret, 1e-5);
        Assert.Equal([0, 0, 0], readings.Regret[1]);
    }

    /// <summary>The engine's own logits, token by token: [exit][token][vocabulary].</summary>
    private static List<float[]>[] ReadOut(DecoderModel model, TuningText[] texts)
    {
        var logits = Enumerable.Range(0, model.Config.LayerCount).Select(_ => new List<float[]>()).ToArray();
        using var cache = model.CreateCache();
        using var window = model.CreateStates(Tokens + 1);
        foreach (var text in texts)
        {
            cache.Truncate(0);
            int[] tokens = [.. text.Prompt, .. text.Truth];
            for (var position = 0; position < Tokens; position++)
            {
                model.Embed(tokens.AsSpan(position, 1), position, window);
                for (var exit = 0; exit < logits.Length; exit++)
                {
                    model.RunLayers(exit, exit + 1, window, cache, default);
                    var said = new float[model.Config.VocabularySize];
                    model.ReadOut(window, exit + 1, 0, said);
                    logits[exit].Add(said);
                }
            }
        }
        return logits;
    }

    private static int Best(float[] logits) => Array.IndexOf(logits, logits.Max());

    private static double[] SoftMax(float[] logits)
    {
        var sum = logits.Sum(logit => Math.Exp(logit));
        return [.. logits.Select(logit => Math.Exp(logit) / sum)];
    }
}
