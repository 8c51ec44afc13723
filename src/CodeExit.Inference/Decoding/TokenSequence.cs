using System.Diagnostics;
using CodeExit.Inference.EarlyExit;
using CodeExit.Inference.Models;

namespace CodeExit.Inference.Decoding;

/// <summary>
/// A token sequence on its way through a model: the tokens, their states, and the cache. Positions may stand at different depths, later
/// ones never deeper than earlier ones; what a layer still lacks runs in one batch when a token needs that layer. Drafted tokens lie behind
/// the sequence, and become part of it, or are forgotten, as they are verified. Allocates nothing per token.
/// </summary>
internal sealed class TokenSequence : IDisposable
{
    private readonly DecoderModel _model;
    private readonly KvCache _cache;
    private readonly HiddenStates _states;
    private readonly int[] _tokens;
    private readonly bool[] _skipped;
    private SkippedLayers _filling;
    private int _exact;
    private int _promptLength;
    private long _promptTicks;

    public TokenSequence(DecoderModel model)
    {
        _model = model;
        _cache = model.CreateCache();
        _states = model.CreateStates(model.ContextLength);
        _tokens = new int[model.ContextLength];
        _skipped = new bool[model.Config.LayerCount];
    }

    /// <summary>Tokens of the sequence.</summary>
    public int Length { get; private set; }

    /// <summary>Drafts behind it.</summary>
    public int Drafts { get; private set; }

    /// <summary>Layers that were run for tokens behind the prompt, each layer of each token once: back-fill and rejected drafts too, propagation not.</summary>
    public long LayersRun { get; private set; }

    /// <summary>Time that layers of the prompt took since <see cref="BeginDecode"/>.</summary>
    public TimeSpan PromptBackFill => Stopwatch.GetElapsedTime(0, _promptTicks);

    private int End => Length + Drafts;

    /// <summary>Becomes a prompt: keeps the longest common prefix, but not its last token, whose state is to be read out. Runs nothing yet.</summary>
    /// <returns>Tokens that were kept.</returns>
    public int Begin(ReadOnlySpan<int> prompt, IExitPolicy policy)
    {
        // Propagated keys and values are an approximation for the tokens of one suggestion, not for all that comes after it.
        var kept = Math.Min(prompt.CommonPrefixLength(_tokens.AsSpan(0, Length)), _exact);
        kept = TakesSameLayers(policy) ? Math.Min(kept, prompt.Length - 1) : 0;
        Forget(kept);
        (_exact, _filling) = (_model.ContextLength, policy.Skipped);
        Append(prompt[kept..]);
        _promptLength = Length;
        return kept;
    }

    /// <summary>The prompt is through: what is run from now on is counted.</summary>
    public void BeginDecode() => (_promptTicks, LayersRun) = (0, 0);

    public void Append(ReadOnlySpan<int> tokens)
    {
        _model.Embed(tokens, Length, _states);
        tokens.CopyTo(_tokens.AsSpan(Length));
        Length += tokens.Length;
    }

    /// <summary>Puts a token behind the sequence that is still to be verified.</summary>
    public void Draft(int token)
    {
        _model.Embed(new ReadOnlySpan<int>(in token), End, _states);
        _tokens[End] = token;
        Drafts++;
    }

    public int FirstDraft => _tokens[Length];

    /// <summary>Takes the first draft into the sequence.</summary>
    public void Accept() => (Length, Drafts) = (Length + 1, Drafts - 1);

    /// <summary>Forgets the drafts that are left.</summary>
    public void Reject() => Forget(Length);

    /// <summary>The last token's state, or the last draft's: a window of one row.</summary>
    public HiddenStates Last()
    {
        _states.Select(End - 1, 1);
        return _states;
    }

    /// <summary>States of the last token and of the drafts behind it.</summary>
    public HiddenStates Unverified()
    {
        _states.Select(Length - 1, 1 + Drafts);
        return _states;
    }

    /// <summary>Layers among the first <paramref name="depth"/> that are not skipped.</summary>
    public int Taken(int depth) => depth - _skipped.AsSpan(0, depth).Count(true);

    /// <summary>Runs what the layers below <paramref name="depth"/> lack of all positions, drafts too.</summary>
    /// <exception cref="OperationCanceledException">What did not run is forgotten, the drafts in any case.</exception>
    public void Deepen(int depth, CancellationToken cancellationToken)
    {
        var end = End;
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
            var ofPrompt = Math.Clamp(_promptLength, start, end - 1);
            if (_filling == SkippedLayers.Propagate && ofPrompt < end - 1)
            {
                RunLayers(first, layer, start, ofPrompt, running: start, cancellationToken);
                _exact = Math.Min(_exact, ofPrompt);
                RunLayers(first, layer, ofPrompt, end, running: end - 1, cancellationToken);
                continue;
            }
            RunLayers(first, layer, start, end, running: start, cancellationToken);
        }
    }

    public void Dispose()
    {
        _cache.Dispose();
        _states.Dispose();
    }

    /// <summary>
    /// Positions from <paramref name="running"/> on run. Those before it keep the state that they were read out from, and the layers that they
    /// skipped make keys and values of it.
    /// </summary>
    private void RunLayers(int from, int to, int start, int end, int running, CancellationToken cancellationToken)
    {
        for (; start < end; start += _model.MaxBatch)
        {
            _states.Select(start, Math.Min(_model.MaxBatch, end - start));
            var propagated = Math.Clamp(running - start, 0, _states.Count);
            var began = Stopwatch.GetTimestamp();
            try
            {
                _model.RunLayers(from, to, _states, _cache, propagated, cancellationToken);
            }
            catch (OperationCanceledException)
            {
                Forget(Math.Min(start, Length)); // their states stand somewhere between two layers; drafts are not worth keeping
                throw;
            }
            var ofPrompt = Math.Clamp(_promptLength - start, 0, _states.Count);
            _promptTicks += (Stopwatch.GetTimestamp() - began) * ofPrompt / _states.Count;
            LayersRun += (long)(to - from) * (_states.Count - Math.Max(ofPrompt, propagated));
        }
    }

    private void Forget(int length)
    {
        _cache.Truncate(length);
        (Length, Drafts) = (length, 0);
    }

    /// <summary>Files which layers the policy skips. False where others were skipped so far: then nothing that was computed can be used.</summary>
    private bool TakesSameLayers(IExitPolicy policy)
    {
        var same = true;
        for (var layer = 0; layer < _skipped.Length; layer++)
        {
            var skipped = policy.Skips(layer + 1);
            same &= skipped == _skipped[layer];
            _skipped[layer] = skipped;
        }
        return same;
    }
}
