using System.Text.Json.Serialization;

namespace CodeExit.Cli.Output;

/// <summary>The object that <c>inspect --json</c> prints.</summary>
/// <param name="Logits">All of the last position at full depth; left out unless asked for.</param>
/// <param name="Policy">Left out unless one was given.</param>
internal sealed record InspectionJson(
    IReadOnlyList<int> Tokens,
    IReadOnlyList<LayerJson> Layers,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<float>? Logits,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] ExitJson? Policy);

/// <param name="Top">Best first.</param>
internal sealed record LayerJson(int Layer, IReadOnlyList<TokenLogit> Top);

/// <summary>Written as a pair: [id, logit].</summary>
[JsonConverter(typeof(TokenLogitConverter))]
internal readonly record struct TokenLogit(int Token, float Logit);
