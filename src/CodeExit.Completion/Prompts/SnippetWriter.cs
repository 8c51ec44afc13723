using CodeExit.Completion.Snippets;
using CodeExit.Inference.Tokenization;

namespace CodeExit.Completion.Prompts;

/// <summary>
/// Puts snippets of other files into a prompt: before everything else, behind the model's own separators, or as comments before the prefix
/// where it has none. What stands before the cursor may not move while one types, or the KV cache is lost; so snippets are chosen anew only
/// where it is lost anyway (another document, another start of the window) and where the cursor has gone far.
/// </summary>
/// <remarks>Qwen2.5-Coder technical report, 3.2 (repo-level FIM); "StarCoder 2 and The Stack v2", 5.2.</remarks>
internal sealed class SnippetWriter(TokenCounter counter, FimTokens fim)
{
    /// <summary>UTF-16 units: some sixty lines.</summary>
    private const int Far = 2000;

    private readonly List<int> _tokens = [];
    private (string Name, int Start, int Offset, int Budget)? _place;

    /// <summary>Whether they stand before everything else, and the file's own name behind them.</summary>
    public bool HasSeparators => fim is { RepoName: not null, FileSeparator: not null };

    /// <param name="start">Where the part of the file begins that the prompt holds.</param>
    /// <param name="budget">Most tokens.</param>
    public IReadOnlyList<int> Write(OpenFiles files, string? languageId, string text, int start, int offset, int budget)
    {
        if (_place is var (name, from, at, most) && name == files.Name && from == start && most == budget && Math.Abs(at - offset) <= Far) return _tokens;
        _place = (files.Name, start, offset, budget);
        _tokens.Clear();
        int[] frame = HasSeparators ? [fim.RepoName!.Value, .. Encode("project\n")] : [];
        int[] own = HasSeparators ? [fim.FileSeparator!.Value, .. Encode($"{files.Name}\n")] : [];
        var left = budget - frame.Length - own.Length;
        if (left < 0) return _tokens;
        var written = new Dictionary<Snippet, int[]>(ReferenceEqualityComparer.Instance);
        var snippets = Snippet.Choose(files, text, start, offset, snippet =>
        {
            var tokens = written[snippet] = HasSeparators
                ? [fim.FileSeparator!.Value, .. Encode($"{snippet.FileName}\n{snippet.Text}")]
                : Encode(Comments.Of($"{snippet.FileName}\n{snippet.Text}", languageId));
            if (tokens.Length > left) return false;
            left -= tokens.Length;
            return true;
        });
        _tokens.AddRange(frame);
        foreach (var snippet in snippets) _tokens.AddRange(written[snippet]);
        _tokens.AddRange(own);
        return _tokens;
    }

    private int[] Encode(string text)
    {
        List<int> tokens = [];
        counter.Append(text, tokens);
        return [.. tokens];
    }
}
