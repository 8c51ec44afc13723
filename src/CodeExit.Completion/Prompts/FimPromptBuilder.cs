using CodeExit.Inference.Models;
using CodeExit.Inference.Tokenization;

namespace CodeExit.Completion.Prompts;

/// <summary>A prompt and the part of the document that it holds.</summary>
/// <param name="Start">First character of the prefix, which ends at the cursor.</param>
/// <param name="End">End of the suffix, which begins at the cursor; the cursor itself where the prompt has no suffix.</param>
public sealed record CompletionPrompt(IReadOnlyList<int> Tokens, int Start, int End);

/// <summary>
/// Turns a document and a cursor into token ids, PSM order (Bavarian et al. 2022): prologue, prefix token, prefix, suffix token, suffix,
/// middle token. Where there is no middle to fill, because the model has no FIM tokens or only white space follows the cursor, the prompt
/// is the prologue and the prefix: plain text is what models have seen most of. Not safe for concurrent calls.
/// </summary>
public sealed class FimPromptBuilder
{
    // What stands before the cursor says more about what comes next than what stands after it.
    private const int SuffixShare = 4;

    private readonly ITokenizer _tokenizer;
    private readonly int? _emptyPrompt;
    private readonly TokenCounter _counter;
    private readonly PrefixWindow _prefix;
    private readonly SuffixWindow _suffix;

    /// <param name="emptyPrompt">The token that stands for "no text yet" where a prompt would otherwise be empty.</param>
    public FimPromptBuilder(ITokenizer tokenizer, int? emptyPrompt = null)
    {
        _tokenizer = tokenizer;
        _emptyPrompt = emptyPrompt;
        _counter = new TokenCounter(tokenizer);
        _prefix = new PrefixWindow(_counter);
        _suffix = new SuffixWindow(_counter);
    }

    /// <summary>For a model: an empty prompt becomes its begin-of-text token, or else its first end-of-text token.</summary>
    public static FimPromptBuilder For(ITokenizer tokenizer, ModelConfig config) =>
        new(tokenizer, config.BeginOfTextToken ?? config.EndOfTextTokens.Cast<int?>().FirstOrDefault());

    /// <param name="offset">The cursor, in UTF-16 units.</param>
    /// <param name="budget">Most tokens of the prompt.</param>
    /// <exception cref="ArgumentOutOfRangeException">An offset outside the text, or a budget too small for the FIM tokens.</exception>
    public CompletionPrompt Build(string text, int offset, int budget)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(offset, text.Length);
        return _tokenizer.Fim is { } fim && !text.AsSpan(offset).IsWhiteSpace() ? FillInMiddle(text, offset, budget, fim) : PrefixOnly(text, offset, budget);
    }

    private CompletionPrompt FillInMiddle(string text, int offset, int budget, FimTokens fim)
    {
        var available = Available(budget, 3);
        var suffixBudget = available / SuffixShare;
        var end = _suffix.End(text, offset, suffixBudget);
        if (end == text.Length) suffixBudget = _counter.Count(text.AsSpan(offset));
        var start = _prefix.Start(text, offset, available - suffixBudget);

        List<int> tokens = [.. _tokenizer.Prologue, fim.Prefix];
        var prefixTokens = _counter.Append(text.AsSpan(start, offset - start), tokens);
        if (start == 0 && end < text.Length) end = _suffix.End(text, offset, available - prefixTokens);
        tokens.Add(fim.Suffix);
        _counter.Append(text.AsSpan(offset, end - offset), tokens);
        tokens.Add(fim.Middle);
        return new CompletionPrompt(tokens, start, end);
    }

    private CompletionPrompt PrefixOnly(string text, int offset, int budget)
    {
        var start = _prefix.Start(text, offset, Available(budget, 0));
        List<int> tokens = [.. _tokenizer.Prologue];
        _counter.Append(text.AsSpan(start, offset - start), tokens);
        if (tokens.Count == 0 && _emptyPrompt is { } empty) tokens.Add(empty);
        return new CompletionPrompt(tokens, start, offset);
    }

    private int Available(int budget, int ownTokens)
    {
        var least = _tokenizer.Prologue.Count + ownTokens + 1;
        return budget >= least
            ? budget - least + 1
            : throw new ArgumentOutOfRangeException(nameof(budget), budget, $"a prompt of this model needs at least {least} tokens");
    }
}
