using System.Globalization;
using System.Text.Json;
using CodeExit.Inference.Checkpoints;
using CodeExit.Inference.Decoding;
using CodeExit.Inference.EarlyExit;
using CodeExit.Inference.Models;

namespace CodeExit.Tests.Inference.EarlyExit;

/// <summary>Early exit and layer skipping against Hugging Face transformers' own layers.</summary>
[Trait(TestDevice.Trait, TestDevice.Any)]
public sealed class EarlyExitReferenceTests
{
    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.CamelCase };

    private static readonly IReadOnlyList<Reference> Cases = Load();

    public static TheoryData<string> Checkpoints => [.. Cases.Select(each => each.Checkpoint)];

    [Theory]
    [MemberData(nameof(Checkpoints))]
    public void Generate_PropagatedKeysAndValues_EqualsReferenceTokenForToken(string checkpoint)
    {
        var reference = Case(checkpoint);
        using var generator = Open(checkpoint);

        var result = Generate(generator, reference, new ScriptedExits(token => reference.Exits[token], SkippedLayers.Propagate));

        Assert.Equal(reference.Propagated, result.Tokens);
        Assert.Equal(reference.Exits, result.LayersPerToken);
    }

    [Theory]
    [MemberData(nameof(Checkpoints))]
    public void Generate_SkippedLayer_EqualsReferenceWithoutIt(string checkpoint)
    {
        var reference = Case(checkpoint);
        using var generator = Open(checkpoint);
        // What full depth left in the cache must not be taken for the shorter model's.
        Generate(generator, reference, new FullDepthPolicy());

        var result = Generate(generator, reference, ExitPolicies.Parse("skip:2", generator.Config));

        Assert.Equal(reference.Skipped, result.Tokens);
        Assert.All(result.LayersPerToken, layers => Assert.Equal(2, layers));
    }

    [Theory]
    [MemberData(nameof(Checkpoints))]
    public void Decide_ConfidenceAroundTheReferences_LeavesAtTheFirstExitThatReachesIt(string checkpoint)
    {
        var reference = Case(checkpoint);
        foreach (var (name, confidences) in new[] { ("softmax", reference.Softmax), ("saturation", reference.Saturation) })
        {
            foreach (var threshold in confidences.SelectMany(value => new[] { value - 1e-4, value + 1e-4 }).Where(value => value is > 0 and < 1))
            {
                using var generator = Open(checkpoint, exits: "[1, 2, 3]");
                // Saturation compares with the layer before, and the first has none.
                var first = Array.FindIndex(confidences, name == "saturation" ? 1 : 0, confidence => confidence >= threshold);
                var expected = first < 0 ? confidences.Length : first + 1;

                var spec = string.Create(CultureInfo.InvariantCulture, $"{name}:{threshold:F7}");
                var result = Generate(generator, reference, ExitPolicies.Parse(spec, generator.Config), tokens: 1);

                Assert.Equal((spec, expected), (spec, result.LayersPerToken[0]));
            }
        }
    }

    private static GenerationResult Generate(Generator generator, Reference reference, IExitPolicy policy, int? tokens = null) => generator.Generate(
        reference.Prompt, new GenerationOptions { MaxTokens = tokens ?? reference.Exits.Length }, policy, new HashSet<int>(), null, CancellationToken.None);

    private static Generator Open(string checkpoint, string? exits = null)
    {
        var folder = RepositoryFiles.Path("tests", "fixtures", "checkpoints", checkpoint);
        if (exits is null) return new Generator(Model(folder));
        using var copy = new CodeExit.Tests.Inference.Checkpoints.TemporaryFolder();
        foreach (var file in Directory.GetFiles(folder)) File.Copy(file, System.IO.Path.Combine(copy.Path, System.IO.Path.GetFileName(file)));
        File.WriteAllText(System.IO.Path.Combine(copy.Path, "exits.json"), $$"""{"exit_layers": {{exits}}}""");
        return new Generator(Model(copy.Path));
    }

    private static DecoderModel Model(string folder) =>
        TestDevice.Open(Checkpoint.Open(folder), WeightPrecision.F32, 128, threads: 2);

    private static Reference Case(string checkpoint) => Cases.Single(each => each.Checkpoint == checkpoint);

    private static Reference[] Load()
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(RepositoryFiles.Path("tests", "fixtures", "early-exit", "early-exit.json")));
        return document.RootElement.GetProperty("cases").Deserialize<Reference[]>(Json)!;
    }

    private sealed record Reference(
        string Checkpoint, int[] Prompt, int[] Exits, int[] Propagated, int[] Skipped, double[] Softmax, double[] Saturation);
}
