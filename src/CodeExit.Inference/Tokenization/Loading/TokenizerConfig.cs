using System.Text.Json;
using CodeExit.Inference.Checkpoints;

namespace CodeExit.Inference.Tokenization.Loading;

/// <summary>What <c>tokenizer_config.json</c> adds to <c>tokenizer.json</c>: which tokens begin and end a text.</summary>
/// <param name="AddsBeginning">Null where the file leaves it to the post-processor of <c>tokenizer.json</c>.</param>
internal sealed record TokenizerConfig(string Path, string? Beginning, string? End, bool? AddsBeginning)
{
    /// <summary>Reads the file; an absent file says nothing.</summary>
    public static TokenizerConfig Read(string path)
    {
        if (!File.Exists(path))
            return new TokenizerConfig(path, null, null, null);
        try
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(path));
            var root = new JsonPart(path, "tokenizer_config", document.RootElement);
            return new TokenizerConfig(
                path, TokenText(root.Optional("bos_token")), TokenText(root.Optional("eos_token")), root.Optional("add_bos_token")?.Flag());
        }
        catch (JsonException exception)
        {
            throw new CheckpointException($"{path}: is not valid JSON: {exception.Message}", exception);
        }
    }

    public int? EndOfText(Vocabulary vocabulary) => End is null ? null : vocabulary.FindWritten(End);

    /// <summary>As transformers 5 has it: where the file says whether a text gets its beginning token, that overrules the post-processor.</summary>
    public IReadOnlyList<int>? Prologue(Vocabulary vocabulary)
    {
        if (AddsBeginning is not true || Beginning is null)
            return AddsBeginning is null ? null : [];
        return vocabulary.FindWritten(Beginning) is { } id
            ? [id]
            : throw new CheckpointException($"{Path}: bos_token: the token '{Beginning}' is not in tokenizer.json");
    }

    // A token is written as a string or, with its stripping flags, as an object.
    private static string? TokenText(JsonPart? token) =>
        token is { IsString: false } described ? described.Required("content").Text() : token?.Text();
}
