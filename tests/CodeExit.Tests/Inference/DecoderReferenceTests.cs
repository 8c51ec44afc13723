using CodeExit.Inference.Checkpoints;
using CodeExit.Inference.Decoding;
using CodeExit.Inference.EarlyExit;
using CodeExit.Inference.Models;

namespace CodeExit.Tests.Inference;

/// <summary>The decoder against numbers of another implementation: Hugging Face transformers, for every family.</summary>
[Trait(TestDevice.Trait, TestDevice.Any)]
public sealed class DecoderReferenceTests
{
    private const int Context = 512;

    public static TheoryData<string> Checkpoints
    {
        get
        {
            var data = new TheoryData<string>();
            foreach (var folder in Directory.GetDirectories(RepositoryFiles.Path("tests", "fixtures", "checkpoints")).Order())
            {
                data.Add(Path.GetRelativePath(RepositoryFiles.Root, folder));
            }
            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Checkpoints))]
    public void RunLayers_F32_EqualsReferenceAtEveryLayer(string folder)
    {
        using var model = Open(folder, WeightPrecision.F32);
        foreach (var reference in Load(folder))
        {
            var layers = LayerInspector.Read(model, reference.Tokens, CancellationToken.None);

            Assert.Equal(reference.ArgmaxPerLayer, layers.Select(logits => Sampler.ArgMax(logits)));
            AssertClose(reference.Logits, layers[^1], 1e-3f);
            for (var layer = 0; layer < (reference.LayerLogits?.Length ?? 0); layer++)
            {
                AssertClose(reference.LayerLogits![layer], layers[layer].AsSpan(0, reference.LayerLogits[layer].Length), 1e-3f);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Checkpoints))]
    public void Generate_GreedyF32_EqualsReferenceTokenForToken(string folder)
    {
        using var generator = new Generator(Open(folder, WeightPrecision.F32));
        foreach (var reference in Load(folder))
        {
            var options = new GenerationOptions { MaxTokens = reference.Greedy.Length };
            var result = generator.Generate(reference.Tokens, options, new FullDepthPolicy(), new HashSet<int>(), null, CancellationToken.None);

            Assert.Equal(reference.Greedy, result.Tokens);
        }
    }

    private static void AssertClose(ReadOnlySpan<float> expected, ReadOnlySpan<float> actual, float tolerance)
    {
        for (var i = 0; i < expected.Length; i++)
        {
            Assert.True(MathF.Abs(expected[i] - actual[i]) <= tolerance, $"logit {i}: expected {expected[i]}, was {actual[i]}");
        }
    }

    private static IReadOnlyList<ReferenceCase> Load(string folder) => ReferenceCase.Load(RepositoryFiles.Path(folder, "reference.json"));

    private static DecoderModel Open(string folder, WeightPrecision precision) =>
        TestDevice.Open(Checkpoint.Open(RepositoryFiles.Path(folder)), precision, Context, threads: 2);
}
