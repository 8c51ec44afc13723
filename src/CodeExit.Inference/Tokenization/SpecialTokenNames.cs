namespace CodeExit.Inference.Tokenization;

/// <summary>How model families write the tokens that a completion needs to know.</summary>
internal static class SpecialTokenNames
{
    // Prompts are written in PSM order: Prefix, text before, Suffix, text behind, Middle. DeepSeek's names follow the hole instead of the
    // text: begin, text before, hole, text behind, end.
    private static readonly (string Prefix, string Suffix, string Middle)[] Fim =
    [
        ("<|fim_prefix|>", "<|fim_suffix|>", "<|fim_middle|>"), // Qwen2.5-Coder
        ("<fim_prefix>", "<fim_suffix>", "<fim_middle>"), // StarCoder, StarCoder2, Granite
        ("<fim-prefix>", "<fim-suffix>", "<fim-middle>"), // SantaCoder
        ("<｜fim▁begin｜>", "<｜fim▁hole｜>", "<｜fim▁end｜>"), // DeepSeek-Coder
        ("▁<PRE>", "▁<SUF>", "▁<MID>"), // CodeLlama
        ("<PRE>", "<SUF>", "<MID>"),
    ];

    private static readonly string[] FimPads = ["<|fim_pad|>", "<fim_pad>", "<fim-pad>"];

    private static readonly string[] FileSeparators = ["<|file_sep|>", "<file_sep>"];

    private static readonly string[] Ends =
    [
        "<|endoftext|>", "</s>", "<|end_of_text|>", "<|eot_id|>", "<|eom_id|>", "<|im_start|>", "<|im_end|>",
        "<EOT>", "▁<EOT>", "<|EOT|>", "<｜end▁of▁sentence｜>", "<|repo_name|>", "<repo_name>", "<pad>", "<|pad|>",
    ];

    /// <param name="find">The id of an added token by its written form.</param>
    public static FimTokens? FindFim(Func<string, int?> find)
    {
        foreach (var (prefix, suffix, middle) in Fim)
        {
            if (find(prefix) is { } prefixId && find(suffix) is { } suffixId && find(middle) is { } middleId)
                return new FimTokens(prefixId, suffixId, middleId, FindFirst(FimPads, find), FindFirst(FileSeparators, find));
        }
        return null;
    }

    /// <summary>Every token that ends a completion, as far as its name tells.</summary>
    /// <param name="find">The id of an added token by its written form.</param>
    public static IEnumerable<int> FindEnds(Func<string, int?> find) =>
        Fim.SelectMany(names => new[] { names.Prefix, names.Suffix, names.Middle })
            .Concat(FimPads).Concat(FileSeparators).Concat(Ends)
            .Select(find).OfType<int>();

    private static int? FindFirst(string[] names, Func<string, int?> find) => names.Select(find).FirstOrDefault(id => id is not null);
}
