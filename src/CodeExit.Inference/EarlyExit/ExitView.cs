using System.Diagnostics;
using CodeExit.Inference.EarlyExit.Learned;
using CodeExit.Inference.Models;

namespace CodeExit.Inference.EarlyExit;

/// <summary>What a policy may see of a token at a stop. Each part is computed when it is asked for, because each has its price.</summary>
public sealed class ExitView
{
    private readonly DecoderModel _model;
    private readonly float[] _state;
    private readonly float[] _normalized;
    private readonly float[] _logits;
    private HiddenStates _states = null!;
    private bool _hasState;
    private bool _hasNormalized;
    private bool _hasLogits;

    internal ExitView(DecoderModel model)
    {
        _model = model;
        _state = new float[model.Config.HiddenSize];
        _normalized = new float[model.Config.HiddenSize];
        _logits = new float[model.Config.VocabularySize];
    }

    /// <summary>Layers that the token has run.</summary>
    public int Layer { get; private set; }

    /// <summary>Tokens of this generation before the one that is being decided on.</summary>
    public int TokenIndex { get; private set; }

    /// <summary>The hidden state, [hidden size], F32.</summary>
    public ReadOnlySpan<float> State
    {
        get
        {
            if (!_hasState) _states.CopyRow(_states.Count - 1, _state);
            _hasState = true;
            return _state;
        }
    }

    /// <summary>The hidden state divided by its root mean square, as probes take it: states grow from layer to layer.</summary>
    public ReadOnlySpan<float> NormalizedState
    {
        get
        {
            if (_hasNormalized) return _normalized;
            StateNormalization.Apply(State, _normalized);
            _hasNormalized = true;
            return _normalized;
        }
    }

    /// <summary>The state read through the final norm and the LM head, [vocabulary size]. Kept if the token is then read out here.</summary>
    public ReadOnlySpan<float> Logits
    {
        get
        {
            if (_hasLogits) return _logits;
            var began = Stopwatch.GetTimestamp();
            _model.ReadOut(_states, Layer, _states.Count - 1, _logits);
            ReadOutTicks = Stopwatch.GetTimestamp() - began;
            _hasLogits = true;
            ReadOuts++;
            return _logits;
        }
    }

    /// <summary>Time that <see cref="Logits"/> took, in <see cref="Stopwatch"/>'s ticks; 0 until they are asked for.</summary>
    internal long ReadOutTicks { get; private set; }

    /// <summary>Times that logits were computed; set back by whoever counts.</summary>
    internal int ReadOuts { get; set; }

    /// <param name="states">Their last row is the token's.</param>
    internal void Show(HiddenStates states, int layer, int tokenIndex)
    {
        (_states, Layer, TokenIndex) = (states, layer, tokenIndex);
        _hasState = _hasNormalized = _hasLogits = false;
        ReadOutTicks = 0;
    }
}
