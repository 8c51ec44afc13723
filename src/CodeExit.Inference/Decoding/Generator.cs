using System.Diagnostics;
using CodeExit.Inference.EarlyExit;
using CodeExit.Inference.Models;

namespace CodeExit.Inference.Decoding;

/// <summary>Checks a request, times it, and leaves the work to a <see cref="DecodingSession"/> and the policy's strategy. Owns the model.</summary>
public sealed class Generator : IGenerator
{
    private readonly DecoderModel _model;
    private readonly DecodingSession _session;
    private long _firstToken;

    public Generator(DecoderModel model)
    {
        _model = model;
        _session = new DecodingSession(model) { FirstToken = () => _firstToken = Stopwatch.GetTimestamp() };
    }

    public ModelConfig Config => _model.Config;

    public int ContextLength => _model.ContextLength;

    public string Device => _model.Device;

    public GenerationResult Generate(
        ReadOnlySpan<int> prompt, GenerationOptions options, IExitPolicy policy, IReadOnlySet<int> endTokens, ITokenObserver? observer,
        CancellationToken cancellationToken)
    {
        Validate(prompt);
        options.Validate();
        var begun = Stopwatch.GetTimestamp();
        var reused = _session.Begin(prompt, options, policy, endTokens, observer, cancellationToken);
        var prefilled = _firstToken = Stopwatch.GetTimestamp(); // of the first token, where there is none, this is as near as can be
        var end = policy.Strategy.Decode(_session, cancellationToken);
        return new GenerationResult(
            _session.Emitted.ToArray(),
            end,
            prompt.Length,
            reused,
            _session.EmittedLayers.ToArray(),
            Stopwatch.GetElapsedTime(begun, prefilled) + _session.PromptBackFill,
            Stopwatch.GetElapsedTime(begun, _firstToken),
            Stopwatch.GetElapsedTime(_firstToken) - _session.PromptBackFill)
        { Probes = _session.Probes, Drafted = _session.Drafted, Accepted = _session.Accepted, Work = _session.Work };
    }

    public void Dispose()
    {
        _session.Dispose();
        _model.Dispose();
    }

    private void Validate(ReadOnlySpan<int> prompt)
    {
        if (prompt.IsEmpty) throw new ArgumentException("A prompt has at least one token.", nameof(prompt));
        if (prompt.Length > ContextLength)
        {
            throw new ArgumentException($"A prompt of {prompt.Length} tokens does not fit a context of {ContextLength}.", nameof(prompt));
        }
        foreach (var token in prompt)
        {
            if ((uint)token >= (uint)Config.VocabularySize)
            {
                throw new ArgumentException($"Token id {token} is outside the vocabulary; ids are 0 to {Config.VocabularySize - 1}.", nameof(prompt));
            }
        }
    }
}
