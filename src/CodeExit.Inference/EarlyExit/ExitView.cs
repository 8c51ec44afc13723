using System.Diagnostics;
using CodeExit.Inference.EarlyExit.Learned;
using CodeExit.Inference.Models;

namespace CodeExit.Inference.EarlyExit;

/// <summary>
/// What a policy may ask about a token at a stop. State and logits stay where the model lives; each answer is a few numbers, and is found
/// when it is asked for, because each has its price.
/// </summary>
public sealed class ExitView : IDisposable
{
    private readonly DecoderModel _model;
    private readonly Logits _logits;
    private readonly HiddenStates _kept;
    private float[] _outputs = new float[1];
    private HiddenStates _states = null!;
    private bool _hasLogits;

    internal ExitView(DecoderModel model)
    {
        _model = model;
        _logits = model.CreateLogits(1);
        _kept = model.CreateStates(1);
    }

    /// <summary>Layers that the token has run.</summary>
    public int Layer { get; private set; }

    /// <summary>Tokens of this generation before the one that is being decided on.</summary>
    public int TokenIndex { get; private set; }

    /// <summary>The state read through the final norm and the LM head, one row. Kept if the token is then read out here.</summary>
    public Logits Logits
    {
        get
        {
            if (_hasLogits) return _logits;
            var began = Stopwatch.GetTimestamp();
            _model.ReadOut(_states, Layer, Row, 1, _logits);
            ReadOutTicks = Stopwatch.GetTimestamp() - began;
            _hasLogits = true;
            ReadOuts++;
            return _logits;
        }
    }

    /// <summary>How sure <see cref="Logits"/> are.</summary>
    public Certainty Certainty => Logits.Certainty(0);

    /// <summary>Time that <see cref="Logits"/> took, in <see cref="Stopwatch"/>'s ticks; 0 until they are asked for.</summary>
    internal long ReadOutTicks { get; private set; }

    /// <summary>Times that logits were computed; set back by whoever counts.</summary>
    internal int ReadOuts { get; set; }

    private int Row => _states.Count - 1;

    /// <summary>Asks a network of the state: divided by its root mean square, as states grow from layer to layer.</summary>
    /// <param name="rest">The network's inputs behind the state.</param>
    /// <returns>The network's outputs, valid until the next call.</returns>
    public ReadOnlySpan<float> Evaluate(ProbeNetwork network, params ReadOnlySpan<float> rest)
    {
        if (_outputs.Length < network.Outputs) _outputs = new float[network.Outputs];
        var outputs = _outputs.AsSpan(0, network.Outputs);
        _model.Evaluate(network, _states, Row, rest, outputs);
        return outputs;
    }

    /// <summary>Keeps the state, for a later stop's <see cref="CosineToKept"/>.</summary>
    public void Keep() => _model.Keep(_states, Row, _kept);

    /// <summary>The cosine between the state and the one that was kept last.</summary>
    public float CosineToKept() => _model.Cosine(_states, Row, _kept);

    public void Dispose()
    {
        _logits.Dispose();
        _kept.Dispose();
    }

    /// <param name="states">Their last row is the token's.</param>
    internal void Show(HiddenStates states, int layer, int tokenIndex)
    {
        (_states, Layer, TokenIndex) = (states, layer, tokenIndex);
        _hasLogits = false;
        ReadOutTicks = 0;
    }
}
