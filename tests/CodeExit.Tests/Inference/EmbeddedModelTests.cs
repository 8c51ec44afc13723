using System.Text.Json;
using CodeExit.Inference.Checkpoints;
using CodeExit.Inference.Decoding;
using CodeExit.Inference.EarlyExit;
using CodeExit.Inference.Models;

namespace CodeExit.Tests.Inference;

/// <summary>The model in models/default against numbers that its training code computed in another framework.</summary>
[Trait(TestDevice.Trait, TestDevice.Any)]
public sealed class EmbeddedModelTests
{
    private const int Context = 256;

    [Fact]
    public void RunLayers_F32Arithmetic_EqualsReferenceAtEveryLayer()
    {
        // BF16 weights are exact for this checkpoint, and their products are summed in F32.
        using var model = Open(WeightPrecision.BF16);
        using var cache = model.CreateCache();
        using var states = model.CreateStates(Context);
        var hidden = new float[model.Config.HiddenSize];
        var logits = new float[model.Config.VocabularySize];
        foreach (var reference in Cases())
        {
            var tokens = Ints(reference.GetProperty("tokens"));
            cache.Truncate(0);
            model.Embed(tokens, 0, states);
            for (var layer = 0; layer < model.Config.LayerCount; layer++)
            {
                model.RunLayers(layer, layer + 1, states, cache, CancellationToken.None);
                states.CopyRow(states.Count - 1, hidden);
                model.ReadOut(states, model.Config.LayerCount, states.Count - 1, logits);

                var norm = Math.Sqrt(hidden.Sum(value => (double)value * value));
                Assert.Equal(reference.GetProperty("hidden_norm_per_layer")[layer].GetDouble(), norm, 1e-3 * norm);
                Assert.Equal(reference.GetProperty("argmax_per_layer")[layer].GetInt32(), Sampler.ArgMax(logits));
                foreach (var top in reference.GetProperty("top5_per_layer")[layer].EnumerateArray())
                {
                    Assert.Equal(top[1].GetSingle(), logits[top[0].GetInt32()], 1e-3f);
                }
            }
            var expected = reference.GetProperty("logits").EnumerateArray().Select(value => value.GetSingle()).ToArray();
            for (var i = 0; i < expected.Length; i++) Assert.Equal(expected[i], logits[i], 1e-3f);
        }
    }

    [Fact]
    public void Generate_GreedyF32Arithmetic_EqualsReferenceTokenForToken()
    {
        using var generator = new Generator(Open(WeightPrecision.BF16));
        foreach (var reference in Cases())
        {
            var expected = Ints(reference.GetProperty("greedy"));
            var options = new GenerationOptions { MaxTokens = expected.Length };
            var result = generator.Generate(
                Ints(reference.GetProperty("tokens")), options, new FullDepthPolicy(), new HashSet<int>(), null, CancellationToken.None);

            Assert.Equal(expected, result.Tokens);
        }
    }

    /// <summary>The stated bound of int8: the error's root mean square stays under 4 % of the logits' standard deviation.</summary>
    [Fact]
    public void ReadOut_Int8_StaysWithinStatedBound()
    {
        using var model = Open(WeightPrecision.Int8);
        foreach (var reference in Cases())
        {
            var expected = reference.GetProperty("logits").EnumerateArray().Select(value => value.GetDouble()).ToArray();
            var actual = LayerInspector.Read(model, Ints(reference.GetProperty("tokens")), CancellationToken.None)[^1];
            var mean = expected.Average();
            var deviation = Math.Sqrt(expected.Average(value => (value - mean) * (value - mean)));
            var error = Math.Sqrt(expected.Zip(actual, (e, a) => (e - a) * (e - a)).Average());

            Assert.InRange(error / deviation, 0, 0.04);
        }
    }

    private static IEnumerable<JsonElement> Cases()
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(RepositoryFiles.Path("tests", "fixtures", "embedded-model", "reference.json")));
        return [.. document.RootElement.GetProperty("cases").EnumerateArray().Select(element => element.Clone())];
    }

    private static int[] Ints(JsonElement array) => [.. array.EnumerateArray().Select(value => value.GetInt32())];

    private static DecoderModel Open(WeightPrecision precision) =>
        TestDevice.Open(Checkpoint.Open(RepositoryFiles.Path("models", "default")), precision, Context, threads: 2);
}
