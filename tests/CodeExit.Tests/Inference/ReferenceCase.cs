using System.Text.Json;

namespace CodeExit.Tests.Inference;

/// <summary>Numbers that another implementation computed for one token sequence.</summary>
public sealed record ReferenceCase(int[] Tokens, int[] ArgmaxPerLayer, float[][]? LayerLogits, float[] Logits, int[] Greedy)
{
    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    public static IReadOnlyList<ReferenceCase> Load(string file)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(file));
        return document.RootElement.GetProperty("cases").Deserialize<ReferenceCase[]>(Json)!;
    }
}
