using CodeExit.Inference.EarlyExit;
using CodeExit.Inference.Models;

namespace CodeExit.Inference.Decoding;

/// <summary>
/// One token sequence on its way through a model: the cache, the last state, and the tokens that the cache stands for. Lives as long as
/// the model, so that the next request can keep what both begin with. Allocates nothing per token.
/// </summary>
public sealed class DecodingSession : IDisposable
{
    private readonly DecoderModel _model;
    private readonly KvCache _cache;
    private readonly HiddenStates _prefill;
    private readonly HiddenStates _last;
    private readonly float[] _logits;
    private readonly Sampler _sampler;
    private readonly int[] _tokens;
    private readonly int[] _emittedTokens;
    private readonly int[] _emittedLayers;
    private int _length;
    private int _emitted;
    private int _depth;
    private HiddenStates _current;
    private int _currentRow;

    private GenerationOptions _options = new();
    private IExitPolicy _policy = null!;
    private IReadOnlySet<int> _endTokens = null!;
    private ITokenObserver? _observer;

    public DecodingSession(DecoderModel model)
    {
        _model = model;
        _cache = model.CreateCache();
        _prefill = model.CreateStates(model.MaxBatch);
        _last = model.CreateStates(1);
        _logits = new float[model.Config.VocabularySize];
        _sampler = new Sampler(model.Config.VocabularySize);
        _tokens = new int[model.ContextLength];
        _emittedTokens = new int[model.ContextLength];
        _emittedLayers = new int[model.ContextLength];
        _current = _last;
    }

    /// <summary>Tokens emitted since the prompt. Valid until the next <see cref="Begin"/>.</summary>
    public ReadOnlySpan<int> Emitted => _emittedTokens.AsSpan(0, _emitted);

    /// <summary>Layers that each of <see cref="Emitted"/> was read out after.</summary>
    public ReadOnlySpan<int> EmittedLayers => _emittedLayers.AsSpan(0, _emitted);

    /// <summary>Called once, with the first token, as soon as it is known.</summary>
    internal Action? FirstToken { get; set; }

    /// <summary>
    /// Brings the cache to the prompt: keeps the longest common prefix that is filled deep enough, runs the rest. The prompt's last
    /// token is always run, because its state is read out.
    /// </summary>
    /// <returns>Prompt tokens that were still in the cache.</returns>
    public int Begin(
        ReadOnlySpan<int> prompt, GenerationOptions options, IExitPolicy policy, IReadOnlySet<int> endTokens, ITokenObserver? observer,
        CancellationToken cancellationToken)
    {
        _sampler.Reset(options);
        (_options, _policy, _endTokens, _observer, _emitted) = (options, policy, endTokens, observer, 0);
        _depth = policy.ExitLayer(_model.Config.LayerCount);
        var reused = Math.Min(prompt.CommonPrefixLength(_tokens.AsSpan(0, _length)), _cache.FilledTo(_depth));
        reused = Math.Min(reused, prompt.Length - 1);
        _cache.Truncate(reused);
        _length = reused;
        for (var start = reused; start < prompt.Length; start += _prefill.Capacity)
        {
            var chunk = prompt.Slice(start, Math.Min(_prefill.Capacity, prompt.Length - start));
            Run(chunk, _prefill, cancellationToken);
        }
        return reused;
    }

    /// <summary>Logits of the last position, sampled.</summary>
    public int ReadOut()
    {
        _model.ReadOut(_current, _currentRow, _logits);
        return _sampler.Sample(_logits);
    }

    /// <summary>Files a decoded token and tells the observer.</summary>
    /// <returns>Why the generation is over, or null to go on.</returns>
    public GenerationEnd? Emit(int token)
    {
        if (_emitted == 0) FirstToken?.Invoke();
        if (_endTokens.Contains(token)) return GenerationEnd.EndOfText;
        _emittedLayers[_emitted] = _depth;
        _emittedTokens[_emitted++] = token;
        if (_observer is not null && !_observer.OnToken(token)) return GenerationEnd.Observer;
        if (_emitted == _options.MaxTokens) return GenerationEnd.Budget;
        return _length == _model.ContextLength ? GenerationEnd.ContextFull : null;
    }

    /// <summary>Runs one token through the layers that the policy gives it.</summary>
    public void Run(int token, CancellationToken cancellationToken)
    {
        _depth = _policy.ExitLayer(_model.Config.LayerCount);
        Run(new ReadOnlySpan<int>(in token), _last, cancellationToken);
    }

    private void Run(ReadOnlySpan<int> tokens, HiddenStates states, CancellationToken cancellationToken)
    {
        _model.Embed(tokens, _length, states);
        _model.RunLayers(0, _depth, states, _cache, cancellationToken);
        tokens.CopyTo(_tokens.AsSpan(_length));
        _length += tokens.Length;
        (_current, _currentRow) = (states, tokens.Length - 1);
    }

    public void Dispose()
    {
        _cache.Dispose();
        _prefill.Dispose();
        _last.Dispose();
    }
}
