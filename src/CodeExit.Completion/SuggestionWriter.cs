using CodeExit.Completion.Prompts;
using CodeExit.Completion.Reuse;
using CodeExit.Completion.Snippets;
using CodeExit.Completion.Stopping;
using CodeExit.Inference.Decoding;
using CodeExit.Inference.EarlyExit;

namespace CodeExit.Completion;

/// <summary>A place in a document, made ready to be completed.</summary>
public sealed record SuggestionPlace
{
    internal SuggestionPlace(int[] prompt, CursorContext cursor, float[] features, int maxTokens) =>
        (Prompt, Cursor, Features, MaxTokens) = (prompt, cursor, features, maxTokens);

    internal int[] Prompt { get; }

    internal CursorContext Cursor { get; }

    internal float[] Features { get; }

    internal int MaxTokens { get; }
}

/// <summary>What a user is shown, and the generation that it was cut from.</summary>
public sealed record WrittenSuggestion(string Text, StopReason StopReason, GenerationResult Run);

/// <summary>
/// From a cursor to a suggestion: prompt, generation, stop rules. The service answers with it, and calibration measures with it, so that
/// what is promised is what is served. Not safe for concurrent calls.
/// </summary>
public sealed class SuggestionWriter(LoadedModel model, CompletionOptions options)
{
    private static readonly GenerationResult Nothing =
        new([], GenerationEnd.EndOfText, 0, 0, [], TimeSpan.Zero, TimeSpan.Zero, TimeSpan.Zero);

    private readonly FimPromptBuilder _prompts = FimPromptBuilder.For(model.Tokenizer, model.Generator.Config);
    private readonly HashSet<int> _endTokens = [.. model.Tokenizer.EndOfText, .. model.Generator.Config.EndOfTextTokens];

    /// <param name="offset">The cursor, in UTF-16 units.</param>
    /// <param name="languageId">The editor's name for the language; null where unknown.</param>
    /// <param name="maxTokens">Most tokens of the suggestion; null takes the options' own.</param>
    /// <param name="files">What is open in the editor; null where nothing is known of it.</param>
    public SuggestionPlace Prepare(string text, int offset, string? languageId, int? maxTokens = null, OpenFiles? files = null)
    {
        var most = maxTokens ?? options.MaxTokens;
        return new SuggestionPlace(
            [.. _prompts.Build(text, offset, PromptBudget(most), files, languageId).Tokens], CursorContext.At(text, offset, languageId),
            PlaceFeatures.Of(text, offset, languageId), most);
    }

    /// <exception cref="OperationCanceledException">Within one layer's time.</exception>
    public WrittenSuggestion Write(SuggestionPlace place, IExitPolicy policy, CancellationToken cancellationToken) =>
        Write(place, policy, running: null, cancellationToken);

    /// <param name="running">Told of the text as it is written; null where nobody asks.</param>
    /// <inheritdoc cref="Write(SuggestionPlace, IExitPolicy, CancellationToken)" path="/exception"/>
    internal WrittenSuggestion Write(SuggestionPlace place, IExitPolicy policy, RunningSuggestion? running, CancellationToken cancellationToken)
    {
        var suggestion = new StreamingSuggestion(model.Tokenizer, place.Cursor, running);
        // A model without FIM, prologue and begin token has nothing to start from in an empty document.
        var run = place.Prompt.Length == 0
            ? Nothing
            : model.Generator.Generate(place.Prompt, options.ForGeneration(place.MaxTokens) with { Place = place.Features }, policy, _endTokens, suggestion, cancellationToken);
        var (text, reason) = suggestion.Finish(run.End);
        return new WrittenSuggestion(text, reason, run);
    }

    /// <summary>Half the context at least stays for the prompt: whoever asks for more tokens than fit gets those that do.</summary>
    private int PromptBudget(int maxTokens)
    {
        var context = model.Generator.ContextLength;
        return Math.Min(options.PromptTokens, context - Math.Min(maxTokens, context / 2));
    }
}
