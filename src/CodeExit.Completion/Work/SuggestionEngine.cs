using CodeExit.Completion.Prompts;
using CodeExit.Completion.Stopping;
using CodeExit.Inference.Decoding;
using CodeExit.Inference.EarlyExit;
using CodeExit.Inference.Models;
using CodeExit.Telemetry;

namespace CodeExit.Completion.Work;

/// <summary>One loaded model made ready for requests. Only the worker's thread may use it.</summary>
internal sealed class SuggestionEngine : IDisposable
{
    private static readonly GenerationResult Nothing =
        new([], GenerationEnd.EndOfText, 0, 0, [], TimeSpan.Zero, TimeSpan.Zero, TimeSpan.Zero);

    private readonly LoadedModel _model;
    private readonly CompletionOptions _options;
    private readonly TimeProvider _time;
    private readonly IExitPolicy _policy;
    private readonly FimPromptBuilder _prompts;
    private readonly HashSet<int> _endTokens;

    /// <exception cref="ArgumentException">The policy asks for a layer that the model lacks.</exception>
    public SuggestionEngine(LoadedModel model, CompletionOptions options, TimeProvider time)
    {
        _model = model;
        _options = options;
        _time = time;
        _policy = ExitPolicies.Parse(options.PolicySpec, Config);
        _prompts = FimPromptBuilder.For(model.Tokenizer, Config);
        _endTokens = [.. model.Tokenizer.EndOfText, .. Config.EndOfTextTokens];
    }

    public string Name => _model.Name;

    public string Device => _model.Generator.Device;

    private ModelConfig Config => _model.Generator.Config;

    /// <param name="acceptedAt">Time stamp of when the request came in: waiting and loading count as latency.</param>
    /// <exception cref="OperationCanceledException">Within one layer's time.</exception>
    public CompletionResult Complete(CompletionRequest request, long acceptedAt, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var begin = _time.GetTimestamp();
        var maxTokens = request.MaxTokens ?? _options.MaxTokens;
        var prompt = _prompts.Build(request.Text, request.Offset, PromptBudget(maxTokens));
        var suggestion = new StreamingSuggestion(_model.Tokenizer, CursorContext.At(request.Text, request.Offset));

        var generateAt = _time.GetTimestamp();
        var run = Generate(prompt.Tokens, _options.ForGeneration(maxTokens), suggestion, cancellationToken);
        var (text, reason) = suggestion.Finish(run.End);

        var latency = new CompletionLatency(
            _time.GetElapsedTime(acceptedAt).TotalMilliseconds,
            (_time.GetElapsedTime(acceptedAt, generateAt) + run.FirstToken).TotalMilliseconds,
            run.Prefill.TotalMilliseconds,
            run.Decode.TotalMilliseconds);
        return new CompletionResult(
            text, reason, run.Tokens.Count, run.PromptTokens, run.PromptTokensReused, Config.LayerCount, run.LayersPerToken, latency,
            EnergyMeasurement.Unavailable(_time.GetElapsedTime(begin)), _policy.Spec, _options.ModeName, Name, Device);
    }

    public void Dispose() => _model.Dispose();

    /// <summary>Half the context at least stays for the prompt: whoever asks for more tokens than fit gets those that do.</summary>
    private int PromptBudget(int maxTokens)
    {
        var context = _model.Generator.ContextLength;
        return Math.Min(_options.PromptTokens, context - Math.Min(maxTokens, context / 2));
    }

    private GenerationResult Generate(
        IReadOnlyList<int> prompt, GenerationOptions options, StreamingSuggestion suggestion, CancellationToken cancellationToken)
    {
        // A model without FIM, prologue and begin token has nothing to start from in an empty document.
        if (prompt.Count == 0) return Nothing;
        return _model.Generator.Generate([.. prompt], options, _policy, _endTokens, suggestion, cancellationToken);
    }
}
