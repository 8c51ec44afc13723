using System.Diagnostics;
using CodeExit.Inference.EarlyExit;
using CodeExit.Inference.Models;

namespace CodeExit.Inference.Decoding;

/// <summary>
/// One token sequence on its way through a model: the tokens, their states, and the cache. Positions may stand at different depths, later
/// ones never deeper than earlier ones; what a layer still lacks runs in one batch when a token needs that layer. Drafted tokens lie behind
/// the sequence, and become part of it, or are forgotten, as they are verified. Lives as long as the model, so that the next request can
/// keep what both begin with. Allocates nothing per token.
/// </summary>
public sealed class DecodingSession : IDisposable
{
    private readonly DecoderModel _model;
    private readonly KvCache _cache;
    private readonly HiddenStates _states;
    private readonly ExitView _view;
    private readonly int[] _tokens;
    private readonly int[] _emittedTokens;
    private readonly int[] _emittedLayers;
    private readonly bool[] _skipped;
    private int _length;
    private int _drafts;
    private int _exact;
    private int _emitted;
    private int _depth;
    private int _promptLength;
    private long _probeTicks;
    private long _promptTicks;

    private GenerationOptions _options = new();
    private IExitPolicy _policy = null!;
    private IReadOnlySet<int> _endTokens = null!;
    private ITokenObserver? _observer;

    public DecodingSession(DecoderModel model)
    {
        _model = model;
        _cache = model.CreateCache();
        _states = model.CreateStates(model.ContextLength);
        _view = new ExitView(model);
        Sampler = new Sampler(model.Config.VocabularySize);
        _tokens = new int[model.ContextLength];
        _emittedTokens = new int[model.ContextLength];
        _emittedLayers = new int[model.ContextLength];
        _skipped = new bool[Layers];
    }

    /// <summary>Tokens emitted since the prompt. Valid until the next <see cref="Begin"/>.</summary>
    public ReadOnlySpan<int> Emitted => _emittedTokens.AsSpan(0, _emitted);

    /// <summary>Layers that each of <see cref="Emitted"/> ran before it was read out.</summary>
    public ReadOnlySpan<int> EmittedLayers => _emittedLayers.AsSpan(0, _emitted);

    /// <summary>True once the policy wants no more tokens.</summary>
    public bool Stopped { get; private set; }

    /// <summary>Time that the policy's looks took, read-outs that were of use anyway not counted.</summary>
    public TimeSpan Probes => Stopwatch.GetElapsedTime(0, _probeTicks);

    /// <summary>Time that later tokens took to run layers of the prompt that it had not run by itself.</summary>
    public TimeSpan PromptBackFill => Stopwatch.GetElapsedTime(0, _promptTicks);

    /// <summary>Tokens drafted and verified since the prompt.</summary>
    public int Drafted { get; private set; }

    /// <summary>Those of <see cref="Drafted"/> that were emitted.</summary>
    public int Accepted { get; private set; }

    /// <summary>Most tokens that are worth drafting: verification yields one more, which needs budget, and drafts need places in the cache.</summary>
    public int DraftRoom => Math.Min(_options.MaxTokens - _emitted - 1, _model.ContextLength - _length);

    /// <summary>Picks tokens as the request's options say, from one stream of random numbers.</summary>
    public Sampler Sampler { get; }

    /// <summary>Called once, with the first token, as soon as it is known.</summary>
    internal Action? FirstToken { get; set; }

    private int Layers => _model.Config.LayerCount;

    /// <summary>The sequence's tokens and the drafts behind them.</summary>
    private int End => _length + _drafts;

    /// <summary>
    /// Brings the sequence to the prompt: keeps the longest common prefix, runs the rest. The prompt's last token is always run, because
    /// its state is read out.
    /// </summary>
    /// <returns>Prompt tokens that were kept.</returns>
    public int Begin(
        ReadOnlySpan<int> prompt, GenerationOptions options, IExitPolicy policy, IReadOnlySet<int> endTokens, ITokenObserver? observer,
        CancellationToken cancellationToken)
    {
        Sampler.Reset(options);
        (_options, _policy, _endTokens, _observer, _emitted) = (options, policy, endTokens, observer, 0);
        policy.Begin(_model.Config, options);
        // Propagated keys and values are an approximation for the tokens of one suggestion, not for all that comes after it.
        var kept = Math.Min(prompt.CommonPrefixLength(_tokens.AsSpan(0, _length)), _exact);
        kept = TakesSameLayers() ? Math.Min(kept, prompt.Length - 1) : 0;
        Forget(kept);
        _exact = _model.ContextLength;
        Append(prompt[kept..]);
        (_promptLength, _probeTicks, Drafted, Accepted) = (_length, 0, 0, 0);
        Advance(cancellationToken);
        _promptTicks = 0;
        return kept;
    }

    /// <summary>Logits of the last position, sampled.</summary>
    public int ReadOut() => Sampler.Sample(_view.Logits);

    /// <summary>Files a decoded token and tells the observer.</summary>
    /// <returns>Why the generation is over, or null to go on.</returns>
    public GenerationEnd? Emit(int token)
    {
        if (_emitted == 0) FirstToken?.Invoke();
        if (_endTokens.Contains(token)) return GenerationEnd.EndOfText;
        _emittedLayers[_emitted] = _depth - _skipped.AsSpan(0, _depth).Count(true);
        _emittedTokens[_emitted++] = token;
        if (_observer is not null && !_observer.OnToken(token)) return GenerationEnd.Observer;
        if (_emitted == _options.MaxTokens) return GenerationEnd.Budget;
        return _length == _model.ContextLength ? GenerationEnd.ContextFull : null;
    }

    /// <summary>Runs one token through the layers that the policy gives it.</summary>
    public void Run(int token, CancellationToken cancellationToken)
    {
        Append(token);
        Advance(cancellationToken);
    }

    /// <summary>Takes an emitted token into the sequence, without running it yet.</summary>
    public void Append(int token) => Append(new ReadOnlySpan<int>(in token));

    /// <summary>Runs the last token, or the last draft, through <paramref name="layer"/> layers and reads it out there.</summary>
    /// <returns>Logits, [vocabulary], valid until the next look.</returns>
    public ReadOnlySpan<float> Look(int layer, CancellationToken cancellationToken)
    {
        Deepen(layer, End, cancellationToken);
        _states.Select(End - 1, 1);
        _view.Show(_states, layer, _emitted);
        return _view.Logits;
    }

    /// <summary>Puts a token behind the sequence that is still to be verified.</summary>
    public void Draft(int token)
    {
        _model.Embed(new ReadOnlySpan<int>(in token), End, _states);
        _tokens[End] = token;
        _drafts++;
    }

    /// <summary>True for a token that ends the text.</summary>
    public bool IsEnd(int token) => _endTokens.Contains(token);

    /// <summary>Runs all layers that the last token and the drafts behind it lack, each layer in one batch, and reads all of them out.</summary>
    /// <param name="logits">[1 + drafts, vocabulary].</param>
    public void Verify(Span<float> logits, CancellationToken cancellationToken)
    {
        Deepen(Layers, End, cancellationToken);
        _states.Select(_length - 1, 1 + _drafts);
        _model.ReadOut(_states, Layers, 0, 1 + _drafts, logits);
        _depth = Layers;
        Drafted += _drafts;
    }

    /// <summary>The first draft is right: emits it and takes it into the sequence.</summary>
    /// <returns>Why the generation is over, or null to go on.</returns>
    public GenerationEnd? Accept()
    {
        Accepted++;
        var end = Emit(_tokens[_length]);
        _length++;
        _drafts--;
        return end;
    }

    /// <summary>Forgets the drafts that are left.</summary>
    public void Reject() => Forget(_length);

    public void Dispose()
    {
        _cache.Dispose();
        _states.Dispose();
    }

    private void Append(ReadOnlySpan<int> tokens)
    {
        _model.Embed(tokens, _length, _states);
        tokens.CopyTo(_tokens.AsSpan(_length));
        _length += tokens.Length;
    }

    /// <summary>Takes the last position from stop to stop, until the policy or the last layer says that it be read out.</summary>
    private void Advance(CancellationToken cancellationToken)
    {
        Stopped = false;
        for (_depth = 0; ;)
        {
            _depth = _policy.NextStop(_depth);
            Deepen(_depth, _length, cancellationToken);
            _states.Select(_length - 1, 1);
            _view.Show(_states, _depth, _emitted);
            if (_depth == Layers) return;
            var action = Decide();
            if (action == ExitAction.Continue) continue;
            Stopped = action == ExitAction.Stop;
            return;
        }
    }

    private ExitAction Decide()
    {
        var began = Stopwatch.GetTimestamp();
        var action = _policy.Decide(_view);
        _probeTicks += Stopwatch.GetTimestamp() - began;
        if (action == ExitAction.Exit) _probeTicks -= _view.ReadOutTicks;
        return action;
    }

    /// <summary>Runs what the layers below <paramref name="depth"/> lack of the positions before <paramref name="end"/>.</summary>
    private void Deepen(int depth, int end, CancellationToken cancellationToken)
    {
        for (var layer = 0; layer < depth;)
        {
            var first = layer;
            var start = _cache.Filled(layer++);
            if (start >= end) continue;
            if (_skipped[first])
            {
                _cache.Extend(first, layer, start, end - start);
                continue;
            }
            while (layer < depth && !_skipped[layer] && _cache.Filled(layer) == start) layer++;
            var ran = _policy.Skipped == SkippedLayers.Propagate ? Math.Clamp(_promptLength, start, end - 1) : end - 1;
            if (ran < end - 1)
            {
                RunLayers(first, layer, start, ran, cancellationToken);
                Propagate(first, layer, ran, end - 1);
                start = end - 1;
            }
            RunLayers(first, layer, start, end, cancellationToken);
        }
    }

    private void RunLayers(int from, int to, int start, int end, CancellationToken cancellationToken)
    {
        for (; start < end; start += _model.MaxBatch)
        {
            _states.Select(start, Math.Min(_model.MaxBatch, end - start));
            var began = Stopwatch.GetTimestamp();
            try
            {
                _model.RunLayers(from, to, _states, _cache, cancellationToken);
            }
            catch (OperationCanceledException)
            {
                Forget(Math.Min(start, _length)); // their states stand somewhere between two layers; drafts are not worth keeping
                throw;
            }
            var ofPrompt = Math.Clamp(_promptLength - start, 0, _states.Count);
            _promptTicks += (Stopwatch.GetTimestamp() - began) * ofPrompt / _states.Count;
        }
    }

    /// <summary>Generated tokens keep the state that they were read out from; the layers that they skipped make keys and values of it.</summary>
    private void Propagate(int from, int to, int start, int end)
    {
        if (start < end) _exact = Math.Min(_exact, start);
        for (; start < end; start += _model.MaxBatch)
        {
            _states.Select(start, Math.Min(_model.MaxBatch, end - start));
            _model.Propagate(from, to, _states, _cache);
        }
    }

    private void Forget(int length)
    {
        _cache.Truncate(length);
        _length = length;
        _drafts = 0;
    }

    /// <summary>Files which layers the policy skips. False where others were skipped so far: then nothing that was computed can be used.</summary>
    private bool TakesSameLayers()
    {
        var same = true;
        for (var layer = 0; layer < _skipped.Length; layer++)
        {
            var skipped = _policy.Skips(layer + 1);
            same &= skipped == _skipped[layer];
            _skipped[layer] = skipped;
        }
        return same;
    }
}
