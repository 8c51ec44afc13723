using CodeExit.Completion.Snippets;
using CodeExit.Inference.Models;
using CodeExit.Inference.Tokenization;

namespace CodeExit.Completion.Prompts;

/// <summary>A prompt and the part of the document that it holds.</summary>
/// <param name="Start">First character of the prefix, which ends at the cursor.</param>
/// <param name="End">End of the suffix, which begins at the cursor; the cursor itself where the prompt has no suffix.</param>
public sealed record CompletionPrompt(IReadOnlyList<int> Tokens, int Start, int End);

/// <summary>
/// Turns a document and a cursor into token ids (Bavarian et al. 2022): prologue, then prefix token and prefix, suffix token and suffix in
/// the model's order, and the middle token. A model that was taught several files gets pieces of the others first. One without FIM tokens
/// gets the prologue and the prefix. Not safe for concurrent calls.
/// </summary>
public sealed class FimPromptBuilder
{
    // What stands before the cursor says more about what comes next than what stands after it.
    private const int SuffixShare = 4;

    private const int SnippetsShare = 4;

    private readonly ITokenizer _tokenizer;
    private readonly int? _emptyPrompt;
    private readonly TokenCounter _counter;
    private readonly PrefixWindow _prefix;
    private readonly SuffixWindow _suffix;
    private readonly SnippetWriter? _snippets;

    /// <param name="emptyPrompt">The token that stands for "no text yet" where a prompt would otherwise be empty.</param>
    public FimPromptBuilder(ITokenizer tokenizer, int? emptyPrompt = null)
    {
        _tokenizer = tokenizer;
        _emptyPrompt = emptyPrompt;
        _counter = new TokenCounter(tokenizer);
        _prefix = new PrefixWindow(_counter);
        _suffix = new SuffixWindow(_counter);
        _snippets = tokenizer.Fim is { ReadsOtherFiles: true } fim ? new SnippetWriter(_counter, fim) : null;
    }

    /// <summary>For a model: an empty prompt becomes its begin-of-text token, or else its first end-of-text token.</summary>
    public static FimPromptBuilder For(ITokenizer tokenizer, ModelConfig config) =>
        new(tokenizer, config.BeginOfTextToken ?? config.EndOfTextTokens.Cast<int?>().FirstOrDefault());

    /// <param name="offset">The cursor, in UTF-16 units.</param>
    /// <param name="budget">Most tokens of the prompt. A model that is helped by fewer gets those.</param>
    /// <param name="files">What is open in the editor; null where nothing is known of it.</param>
    /// <param name="languageId">The editor's name for the language; null where unknown.</param>
    /// <exception cref="ArgumentOutOfRangeException">An offset outside the text, or a budget too small for the FIM tokens.</exception>
    public CompletionPrompt Build(string text, int offset, int budget, OpenFiles? files = null, string? languageId = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(offset, text.Length);
        return _tokenizer.Fim is { } fim ? FillInMiddle(text, offset, Math.Min(budget, fim.PromptTokens ?? budget), fim, files, languageId) : PrefixOnly(text, offset, budget);
    }

    private CompletionPrompt FillInMiddle(string text, int offset, int budget, FimTokens fim, OpenFiles? files, string? languageId)
    {
        var available = Available(budget, 3);
        var snippetsBudget = files is null || _snippets is null ? 0 : available / SnippetsShare;
        available -= snippetsBudget;
        // A file that is being written has blank lines at its end, not its end: they say nothing of what comes before them.
        var suffixBudget = text.AsSpan(offset).IsWhiteSpace() ? 0 : available / SuffixShare;
        var end = _suffix.End(text, offset, suffixBudget);
        if (end == text.Length) suffixBudget = _counter.Count(text.AsSpan(offset));
        var start = _prefix.Start(text, offset, available - suffixBudget);

        List<int> prefix = [fim.Prefix], suffix = [fim.Suffix];
        var prefixTokens = _counter.Append(text.AsSpan(start, offset - start), prefix);
        if (start == 0 && suffixBudget > 0 && end < text.Length) end = _suffix.End(text, offset, Unused(available, prefixTokens));
        _counter.Append(text.AsSpan(offset, end - offset), suffix);
        IReadOnlyList<int> others = snippetsBudget > 0 ? _snippets!.Write(files!, languageId, text, start, offset, snippetsBudget) : [];
        if (_snippets is { HasSeparators: false })
        {
            prefix.InsertRange(1, others); // as comments, they are text before the cursor
            others = [];
        }
        List<int> tokens = fim.Order == FimOrder.Spm
            ? [.. _tokenizer.Prologue, .. others, .. suffix, .. prefix, fim.Middle]
            : [.. _tokenizer.Prologue, .. others, .. prefix, .. suffix, fim.Middle];
        return new CompletionPrompt(tokens, start, end);
    }

    /// <summary>What a short prefix leaves to the suffix, in coarse steps: in SPM order each move of the suffix's end costs the whole KV cache.</summary>
    private static int Unused(int available, int prefixTokens)
    {
        var step = Math.Max(1, available / (2 * SuffixShare));
        return (available - prefixTokens) / step * step;
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
