using System.Text.Json;
using CodeExit.Inference.Checkpoints;

namespace CodeExit.Inference.Tokenization.Loading;

/// <summary>
/// What <c>tokenizer_config.json</c> adds to <c>tokenizer.json</c>: which token ends a text, and CodeExit's own
/// <c>fim_order</c>, <c>other_files</c> and <c>prompt_tokens</c>. Its <c>add_bos_token</c> is not read: where
/// there is a tokenizer.json, transformers 5 goes by the post-processor alone, whichever tokenizer class and model type the folder names.
/// </summary>
/// <param name="EndOfText">The written form of <c>eos_token</c>.</param>
/// <param name="OtherFiles">Whether pieces of other files help the model; null where nothing is said of it.</param>
/// <param name="PromptTokens">Most tokens of a prompt that help it; null where nothing is said of it.</param>
internal sealed record TokenizerConfig(string? EndOfText, FimOrder FimOrder, bool? OtherFiles = null, int? PromptTokens = null)
{
    /// <summary>Reads the file; an absent file says nothing.</summary>
    /// <exception cref="CheckpointException">The file is malformed.</exception>
    public static TokenizerConfig Read(string path)
    {
        if (!File.Exists(path))
            return new TokenizerConfig(EndOfText: null, FimOrder.Psm);
        try
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(path));
            var config = new JsonPart(path, "tokenizer_config", document.RootElement);
            var end = config.Optional("eos_token");
            // A token is written as a string or, with its stripping flags, as an object.
            var eos = end is { IsString: false } ? end.Required("content").Text() : end?.Text();
            return new TokenizerConfig(eos, Order(config.Optional("fim_order")), config.Optional("other_files")?.Flag(), Tokens(config.Optional("prompt_tokens")));
        }
        // The reader reports text that is not Unicode as an invalid operation.
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            throw new CheckpointException($"{path}: is not valid JSON: {exception.Message}", exception);
        }
    }

    private static int? Tokens(JsonPart? tokens) => tokens?.Id() switch
    {
        null => null,
        >= 16 and var count => count,
        var count => throw tokens.Error($"is {count}, not at least 16"),
    };

    private static FimOrder Order(JsonPart? order) => order?.Text() switch
    {
        null or "psm" => FimOrder.Psm,
        "spm" => FimOrder.Spm,
        var other => throw order.Error($"is \"{other}\", not \"psm\" or \"spm\""),
    };
}
