namespace CodeExit.Inference.Tokenization;

/// <summary>Whether the written form of a special token, met in a text, becomes that token.</summary>
public enum SpecialTokens
{
    /// <summary>Encode it like any other text: what a user's file gets, so that a file cannot forge a prompt.</summary>
    AsText,

    /// <summary>Recognise it, as Hugging Face tokenizers do by default.</summary>
    Recognize,
}

/// <summary>How a model was taught to be told what surrounds a middle (Bavarian et al. 2022); the middle always comes last.</summary>
public enum FimOrder
{
    /// <summary>Prefix, suffix: what public models know best.</summary>
    Psm,

    /// <summary>Suffix, prefix, each behind its own token. The prompt ends at the cursor, so a keystroke changes only its end.</summary>
    Spm,
}

/// <summary>The fill-in-the-middle tokens of a model (Bavarian et al. 2022).</summary>
/// <param name="FileSeparator">Null where the tokenizer has none.</param>
public sealed record FimTokens(int Prefix, int Suffix, int Middle, int? Pad, int? FileSeparator, FimOrder Order = FimOrder.Psm)
{
    /// <summary>Stands before the first file of several; null where the tokenizer has none.</summary>
    public int? RepoName { get; init; }

    /// <summary>Whether pieces of other files in front of the one that is completed help the model: it was taught so, or it was measured.</summary>
    public bool ReadsOtherFiles { get; init; }

    /// <summary>Most tokens of a prompt that help the model; null where it reads as much as it is given.</summary>
    public int? PromptTokens { get; init; }
}

/// <summary>Text to token ids and back. Immutable after loading; safe for many threads.</summary>
public interface ITokenizer
{
    /// <summary>Number of ids, added tokens included.</summary>
    int VocabularySize { get; }

    /// <summary>Null where the tokenizer's own special tokens contain no FIM set: such a model gets prefix-only prompts.</summary>
    FimTokens? Fim { get; }

    /// <summary>Ids that the tokenizer puts before every text (Llama 3's begin-of-text); mostly empty.</summary>
    IReadOnlyList<int> Prologue { get; }

    /// <summary>Ids that mean "no more text": the end-of-text token, and every FIM or separator token, which a completion must never contain.</summary>
    IReadOnlySet<int> EndOfText { get; }

    /// <summary>Appends the ids of <paramref name="text"/>; adds no prologue. Unpaired surrogates encode as U+FFFD.</summary>
    void Encode(ReadOnlySpan<char> text, SpecialTokens special, List<int> destination);

    /// <summary>The bytes a token stands for; empty for ids outside the vocabulary. Special tokens give their written form.</summary>
    ReadOnlySpan<byte> Bytes(int token);

    /// <summary>True for added tokens flagged special.</summary>
    bool IsSpecial(int token);
}
