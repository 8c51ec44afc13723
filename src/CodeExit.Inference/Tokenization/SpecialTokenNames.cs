using CodeExit.Inference.Tokenization.Loading;

namespace CodeExit.Inference.Tokenization;

/// <summary>How model families write the tokens that a completion needs to know.</summary>
internal static class SpecialTokenNames
{
    // Prefix, suffix, middle. DeepSeek's names follow the hole instead: begin, text before, hole, text behind, end.
    private static readonly string[][] Fim =
    [
        ["<|fim_prefix|>", "<|fim_suffix|>", "<|fim_middle|>"], // Qwen2.5-Coder
        ["<fim_prefix>", "<fim_suffix>", "<fim_middle>"], // StarCoder, StarCoder2, Granite
        ["<fim-prefix>", "<fim-suffix>", "<fim-middle>"], // SantaCoder
        ["<｜fim▁begin｜>", "<｜fim▁hole｜>", "<｜fim▁end｜>"], // DeepSeek-Coder
        ["▁<PRE>", "▁<SUF>", "▁<MID>"], // CodeLlama
        ["<PRE>", "<SUF>", "<MID>"],
    ];

    private static readonly string[] FimPads = ["<|fim_pad|>", "<fim_pad>", "<fim-pad>"];

    private static readonly string[] FileSeparators = ["<|file_sep|>", "<file_sep>"];

    private static readonly string[] RepoNames = ["<|repo_name|>", "<repo_name>"];

    private static readonly string[] Ends =
    [
        "<|endoftext|>", "</s>", "<|end_of_text|>", "<|eot_id|>", "<|eom_id|>", "<|im_start|>", "<|im_end|>",
        "<EOT>", "▁<EOT>", "<|EOT|>", "<｜end▁of▁sentence｜>", "<pad>", "<|pad|>",
    ];

    /// <param name="find">The id of an added token by its written form.</param>
    /// <param name="config">What the model's folder says of prompts.</param>
    public static FimTokens? FindFim(Func<string, int?> find, TokenizerConfig config)
    {
        foreach (var names in Fim)
        {
            if (find(names[0]) is { } prefix && find(names[1]) is { } suffix && find(names[2]) is { } middle)
            {
                var (separator, repoName) = (FindFirst(FileSeparators, find), FindFirst(RepoNames, find));
                return new FimTokens(prefix, suffix, middle, FindFirst(FimPads, find), separator, config.FimOrder)
                {
                    RepoName = repoName,
                    // Who has both was taught with them: Qwen2.5-Coder, StarCoder2.
                    ReadsOtherFiles = config.OtherFiles ?? (separator is not null && repoName is not null),
                    PromptTokens = config.PromptTokens,
                };
            }
        }
        return null;
    }

    /// <summary>Adds every token that ends a completion, as far as its name tells.</summary>
    /// <param name="find">The id of an added token by its written form.</param>
    public static void AddEnds(Func<string, int?> find, HashSet<int> ends)
    {
        foreach (var names in (string[][])[.. Fim, FimPads, FileSeparators, RepoNames, Ends])
        {
            foreach (var name in names)
            {
                if (find(name) is { } id)
                    ends.Add(id);
            }
        }
    }

    private static int? FindFirst(string[] names, Func<string, int?> find)
    {
        foreach (var name in names)
        {
            if (find(name) is { } id)
                return id;
        }
        return null;
    }
}
