using System.Text.Json.Nodes;
using CodeExit.Inference.Models;
using CodeExit.Tests.Inference.Checkpoints;

namespace CodeExit.Tests.Inference.Models;

/// <summary>Against the buffers of transformers' LlamaRotaryEmbedding (rope.json, made by make_fixtures.py).</summary>
public sealed class RotaryEmbeddingReaderTests
{
    private static readonly JsonArray Cases = JsonNode.Parse(File.ReadAllText(Fixtures.Folder("rope.json")))!["cases"]!.AsArray();

    public static TheoryData<int> CaseNumbers => [.. Enumerable.Range(0, Cases.Count)];

    [Theory]
    [MemberData(nameof(CaseNumbers))]
    public void Read_EveryScaling_EqualsTransformers(int number)
    {
        var expected = Cases[number]!;
        using var folder = new TemporaryFolder();
        ModelFolder.WriteConfig(folder, "llama-untied-f32", config =>
        {
            config.Remove("rope_parameters");
            config["max_position_embeddings"] = 2048; // LlamaConfig's default
            foreach (var (key, value) in expected["config"]!.AsObject()) config[key] = value!.DeepClone();
        });

        var rotary = ModelConfigReader.Read(folder.Path).Config.Rotary!;

        var frequencies = expected["inv_freq"]!.AsArray().Select(value => (float)value!).ToArray();
        Assert.Equal(frequencies.Length, rotary.InverseFrequencies.Length);
        for (var i = 0; i < frequencies.Length; i++)
        {
            // Two units in the last place: torch's vectorised pow is not correctly rounded.
            Assert.InRange(rotary.InverseFrequencies[i] / frequencies[i], 1 - 2.4e-7f, 1 + 2.4e-7f);
        }
        Assert.Equal((double)expected["attention_factor"]!, rotary.AttentionFactor, 1e-6);
    }

    [Fact]
    public void Read_LegacyScalingBesideParameters_Wins()
    {
        var config = ModelFolder.ReadConfig("llama-linear-rope-f16", json =>
            json["rope_scaling"] = JsonNode.Parse("""{"type":"linear","factor":2.0,"rope_theta":100000.0}"""));
        Assert.Equal(0.5f, config.Rotary!.InverseFrequencies[0]);
    }
}
