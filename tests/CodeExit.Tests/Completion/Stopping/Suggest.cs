using System.Text;
using CodeExit.Completion;
using CodeExit.Completion.Stopping;
using CodeExit.Inference.Decoding;
using CodeExit.Inference.Tokenization;
using CodeExit.Tests.Completion.Fakes;

namespace CodeExit.Tests.Completion.Stopping;

/// <summary>Runs what a model would say through the stop rules at a place.</summary>
internal static class Suggest
{
    /// <param name="said">The model's whole answer, one byte per token; end of text after it.</param>
    /// <returns>The suggestion, why it ended, and how many bytes were decoded for it.</returns>
    public static (string Text, StopReason Reason, int Tokens) Run(string marked, string said, int maxTokens = 10_000, string? languageId = null)
    {
        var (text, offset) = Marked.Document(marked);
        return Run(text, offset, ByteTokenizer.Tokens(said), maxTokens, languageId);
    }

    public static (string Text, StopReason Reason, int Tokens) Run(string text, int offset, IEnumerable<int> said, int maxTokens = 10_000, string? languageId = null) =>
        Run(new ByteTokenizer(), CursorContext.At(text, offset, languageId), said, maxTokens);

    public static (string Text, StopReason Reason, int Tokens) Run(ITokenizer tokenizer, CursorContext cursor, IEnumerable<int> said, int maxTokens = 10_000)
    {
        var suggestion = new StreamingSuggestion(tokenizer, cursor);
        var tokens = 0;
        foreach (var token in said)
        {
            tokens++;
            if (!suggestion.OnToken(token)) return Ended(suggestion.Finish(GenerationEnd.Observer), tokens);
            if (tokens == maxTokens) return Ended(suggestion.Finish(GenerationEnd.Budget), tokens);
        }
        return Ended(suggestion.Finish(GenerationEnd.EndOfText), tokens);
    }

    public static string Decoded(IEnumerable<int> tokens) => Encoding.UTF8.GetString([.. tokens.Select(token => (byte)token)]);

    private static (string Text, StopReason Reason, int Tokens) Ended((string Text, StopReason Reason) end, int tokens) =>
        (end.Text, end.Reason, tokens);
}
