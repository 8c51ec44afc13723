using System.Diagnostics;
using CodeExit.Inference.EarlyExit;
using CodeExit.Inference.Models;

namespace CodeExit.Inference.Decoding;

/// <summary>
/// One generation after the other over one token sequence, and the moves that a decoding strategy makes in it. Lives as long as the model,
/// so that the next request can keep what both begin with. Allocates nothing per token.
/// </summary>
public sealed class DecodingSession : IDisposable
{
    private readonly DecoderModel _model;
    private readonly TokenSequence _sequence;
    private readonly ExitView _view;
    private DraftBuffers? _drafts;
    private readonly int[] _emittedTokens;
    private readonly int[] _emittedLayers;
    private int _emitted;
    private int _depth;
    private int _verified;
    private long _probeTicks;

    private GenerationOptions _options = new();
    private IExitPolicy _policy = null!;
    private IReadOnlySet<int> _endTokens = null!;
    private ITokenObserver? _observer;

    public DecodingSession(DecoderModel model)
    {
        _model = model;
        _sequence = new TokenSequence(model);
        _view = new ExitView(model);
        Sampler = new Sampler(model.CreateDistributions(1));
        _emittedTokens = new int[model.ContextLength];
        _emittedLayers = new int[model.ContextLength];
    }

    /// <summary>Tokens emitted since the prompt. Valid until the next <see cref="Begin"/>.</summary>
    public ReadOnlySpan<int> Emitted => _emittedTokens.AsSpan(0, _emitted);

    /// <summary>Layers that each of <see cref="Emitted"/> ran before it was read out.</summary>
    public ReadOnlySpan<int> EmittedLayers => _emittedLayers.AsSpan(0, _emitted);

    /// <summary>True once the policy wants no more tokens.</summary>
    public bool Stopped { get; private set; }

    /// <summary>
    /// Time that the policy's looks took, read-outs that were of use anyway not counted. A look waits for the layers before it where a device
    /// works while the host goes on, so on such a device their time is in it.
    /// </summary>
    public TimeSpan Probes => Stopwatch.GetElapsedTime(0, _probeTicks);

    /// <summary>Time that later tokens took to run layers of the prompt that it had not run by itself.</summary>
    public TimeSpan PromptBackFill => _sequence.PromptBackFill;

    /// <summary>All that was run since the prompt, in layers of one token; see <see cref="GenerationResult.Work"/>.</summary>
    public double Work => _sequence.LayersRun + (_view.ReadOuts + _verified) * _model.ReadOutLayers;

    /// <summary>Tokens drafted and verified since the prompt.</summary>
    public int Drafted { get; private set; }

    /// <summary>Those of <see cref="Drafted"/> that were emitted.</summary>
    public int Accepted { get; private set; }

    /// <summary>Most tokens that are worth drafting: verification yields one more, which needs budget, and drafts need places in the cache.</summary>
    public int DraftRoom => Math.Min(_options.MaxTokens - _emitted - 1, _model.ContextLength - _sequence.Length);

    /// <summary>Picks tokens as the request's options say, from one stream of random numbers.</summary>
    public Sampler Sampler { get; }

    /// <summary>Called once, with the first token, as soon as it is known.</summary>
    internal Action? FirstToken { get; set; }

    private int Layers => _model.Config.LayerCount;

    /// <summary>Brings the sequence to the prompt, and its last token to where the policy reads it out.</summary>
    /// <returns>Prompt tokens that were kept from the last generation.</returns>
    public int Begin(
        ReadOnlySpan<int> prompt, GenerationOptions options, IExitPolicy policy, IReadOnlySet<int> endTokens, ITokenObserver? observer,
        CancellationToken cancellationToken)
    {
        Sampler.Reset(options);
        (_options, _policy, _endTokens, _observer, _emitted) = (options, policy, endTokens, observer, 0);
        policy.Begin(_model.Config, options);
        var kept = _sequence.Begin(prompt, policy);
        (Drafted, Accepted, _verified, _view.ReadOuts) = (0, 0, 0, 0);
        Advance(cancellationToken);
        _probeTicks = 0; // the looks at the first token were part of the prefill
        _sequence.BeginDecode();
        return kept;
    }

    /// <summary>Logits of the last position, sampled.</summary>
    public int ReadOut() => Sampler.Sample(_view.Logits, 0);

    /// <summary>Files a decoded token and tells the observer.</summary>
    /// <returns>Why the generation is over, or null to go on.</returns>
    public GenerationEnd? Emit(int token)
    {
        if (_emitted == 0) FirstToken?.Invoke();
        if (IsEnd(token)) return GenerationEnd.EndOfText;
        _emittedLayers[_emitted] = _sequence.Taken(_depth);
        _emittedTokens[_emitted++] = token;
        if (_observer is not null && !_observer.OnToken(token)) return GenerationEnd.Observer;
        if (_emitted == _options.MaxTokens) return GenerationEnd.Budget;
        return _sequence.Length == _model.ContextLength ? GenerationEnd.ContextFull : null;
    }

    /// <summary>Runs one token through the layers that the policy gives it.</summary>
    public void Run(int token, CancellationToken cancellationToken)
    {
        Append(token);
        Advance(cancellationToken);
    }

    /// <summary>Takes an emitted token into the sequence, without running it yet.</summary>
    public void Append(int token) => _sequence.Append(new ReadOnlySpan<int>(in token));

    /// <summary>
    /// Runs the last token, or the last draft, through <paramref name="layer"/> layers and reads it out there. Behind a verified token the
    /// policy may stop.
    /// </summary>
    /// <returns>One row, valid until the next look.</returns>
    public Logits Look(int layer, CancellationToken cancellationToken)
    {
        _sequence.Deepen(layer, cancellationToken);
        _view.Show(_sequence.Last(), layer, _emitted);
        if (_sequence.Drafts == 0) Stopped = Decide() == ExitAction.Stop;
        return _view.Logits;
    }

    /// <summary>Puts a token behind the sequence that is still to be verified.</summary>
    public void Draft(int token) => _sequence.Draft(token);

    /// <summary>True for a token that ends the text.</summary>
    public bool IsEnd(int token) => _endTokens.Contains(token);

    /// <summary>To be called before any draft. The room is kept, so that it costs something once only.</summary>
    /// <param name="most">Drafts of one verification.</param>
    public void MakeRoomForDrafts(int most)
    {
        if (_drafts?.Most >= most) return;
        _drafts?.Dispose();
        _drafts = new DraftBuffers(_model, most);
    }

    /// <summary>What drafts were drawn from, a row for each.</summary>
    public Distributions DraftDistributions => _drafts!.Distributions;

    /// <summary>Runs all layers that the last token and the drafts behind it lack, each layer in one batch, and reads all of them out.</summary>
    /// <returns>1 + drafts rows, valid until the next verification.</returns>
    public Logits Verify(CancellationToken cancellationToken)
    {
        var logits = _drafts!.Verified;
        _sequence.Deepen(Layers, cancellationToken);
        var states = _sequence.Unverified();
        _model.ReadOut(states, Layers, 0, states.Count, logits);
        _depth = Layers;
        _verified += states.Count;
        Drafted += states.Count - 1;
        return logits;
    }

    /// <summary>The first draft is right: emits it and takes it into the sequence.</summary>
    /// <returns>Why the generation is over, or null to go on.</returns>
    public GenerationEnd? Accept()
    {
        Accepted++;
        var end = Emit(_sequence.FirstDraft);
        _sequence.Accept();
        return end;
    }

    /// <summary>Forgets the drafts that are left.</summary>
    public void Reject() => _sequence.Reject();

    public void Dispose()
    {
        _drafts?.Dispose();
        Sampler.Dispose();
        _view.Dispose();
        _sequence.Dispose();
    }

    /// <summary>Takes the last position from stop to stop, until the policy or the last layer says that it be read out.</summary>
    private void Advance(CancellationToken cancellationToken)
    {
        Stopped = false;
        for (_depth = 0; ;)
        {
            _depth = _policy.NextStop(_depth);
            _sequence.Deepen(_depth, cancellationToken);
            _view.Show(_sequence.Last(), _depth, _emitted);
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
}
