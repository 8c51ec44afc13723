using CodeExit.Inference.Checkpoints;
using CodeExit.Inference.Decoding;

namespace CodeExit.Inference.Models;

/// <summary>
/// A decoder whose weights are resident on some device. Full depth, early exit, back-fill, draft and verify are all ranges of
/// <see cref="RunLayers"/>; nothing above this class knows where the weights are. One caller at a time.
/// </summary>
public abstract class DecoderModel : IDisposable
{
    protected DecoderModel(ModelConfig config, int contextLength)
    {
        Config = config;
        ContextLength = contextLength;
    }

    public ModelConfig Config { get; }

    /// <summary>Most positions a sequence may have: the capacity of its caches.</summary>
    public int ContextLength { get; }

    /// <summary>"cpu" or "gpu".</summary>
    public abstract string Device { get; }

    /// <summary>
    /// Most positions of one <see cref="RunLayers"/>: enough to reach the arithmetic's peak, few enough to cancel between. Longer prompts go
    /// through in pieces.
    /// </summary>
    public abstract int MaxBatch { get; }

    /// <summary>Weight bytes that one token at full depth, its read-out included, must read.</summary>
    public abstract long BytesPerToken { get; }

    /// <summary>What a read-out is, in layers: its weight bytes by those of a mean layer.</summary>
    public abstract double ReadOutLayers { get; }

    /// <summary>An empty cache of <see cref="ContextLength"/> positions.</summary>
    public abstract KvCache CreateCache();

    /// <summary>Room for the first <paramref name="capacity"/> positions of a sequence.</summary>
    public abstract HiddenStates CreateStates(int capacity);

    /// <summary>Moves the window of <paramref name="states"/> to positions start, start + 1, … and sets them to the embeddings of <paramref name="tokens"/>.</summary>
    public abstract void Embed(ReadOnlySpan<int> tokens, int start, HiddenStates states);

    /// <inheritdoc cref="RunLayers(int, int, HiddenStates, KvCache, int, CancellationToken)"/>
    public void RunLayers(int from, int to, HiddenStates states, KvCache cache, CancellationToken cancellationToken) =>
        RunLayers(from, to, states, cache, propagated: 0, cancellationToken);

    /// <summary>
    /// Runs layers [from, to) (0-based) over the window of <paramref name="states"/>, at most <see cref="MaxBatch"/> positions, which are
    /// replaced by the states after layer <paramref name="to"/>, and fills these layers of <paramref name="cache"/> at their positions.
    /// </summary>
    /// <param name="propagated">
    /// So many rows at the window's start do not run: these layers' key and value projections are applied to their states as they are, and
    /// the states stay (state propagation, CALM 2207.07061). The rows behind attend to them.
    /// </param>
    /// <exception cref="OperationCanceledException">Seen between two layers. Layers not run hold nothing at these positions; the states are undefined.</exception>
    /// <exception cref="InvalidOperationException">An earlier position of one of the layers is missing in the cache.</exception>
    public abstract void RunLayers(int from, int to, HiddenStates states, KvCache cache, int propagated, CancellationToken cancellationToken);

    /// <inheritdoc cref="ReadOut(HiddenStates, int, int, int, Span{float})"/>
    /// <param name="logits">[vocabulary].</param>
    public void ReadOut(HiddenStates states, int layer, int row, Span<float> logits) => ReadOut(states, layer, row, 1, logits);

    /// <summary>
    /// Logits of rows of the window through the final norm, or through what was learned for the exit after <paramref name="layer"/>, and the
    /// LM head. The head's weights are read once for a few rows, and each row's logits are those that it has alone.
    /// </summary>
    /// <param name="layer">Layers that the states have run.</param>
    /// <param name="logits">F32, [count, vocabulary].</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such row, or no room for its logits.</exception>
    public abstract void ReadOut(HiddenStates states, int layer, int first, int count, Span<float> logits);

    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    protected abstract void Dispose(bool disposing);

    /// <summary>Positions that a sequence may have: as many as are asked for, or as a table of learned positions holds.</summary>
    protected static int ClampContext(Checkpoint checkpoint, int contextLength)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(contextLength, 1);
        return checkpoint.Tensors.PositionEmbedding is { } table
            ? Math.Min(contextLength, table.Rows - checkpoint.Config.LearnedPositionOffset)
            : contextLength;
    }

    /// <summary>What every backend's <see cref="Embed"/> refuses.</summary>
    protected void CheckTokens(ReadOnlySpan<int> tokens, int start)
    {
        if (start + tokens.Length > ContextLength)
        {
            throw new ArgumentOutOfRangeException(nameof(start), start, $"{tokens.Length} tokens from position {start} do not fit a context of {ContextLength}.");
        }
        foreach (var token in tokens)
        {
            if ((uint)token >= (uint)Config.VocabularySize)
            {
                throw new ArgumentOutOfRangeException(nameof(tokens), token, $"Token ids of this model are 0 to {Config.VocabularySize - 1}.");
            }
        }
    }

    /// <summary>What every backend's <see cref="RunLayers(int, int, HiddenStates, KvCache, int, CancellationToken)"/> refuses.</summary>
    protected void CheckRun(int from, int to, HiddenStates states, int propagated)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(from);
        ArgumentOutOfRangeException.ThrowIfLessThan(to, from);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(to, Config.LayerCount);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(states.Count, MaxBatch);
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)propagated, (uint)states.Count, nameof(propagated));
    }

    /// <summary>What every backend's <see cref="ReadOut(HiddenStates, int, int, int, Span{float})"/> refuses.</summary>
    protected void CheckReadOut(HiddenStates states, int layer, int first, int count, ReadOnlySpan<float> logits)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)layer, (uint)Config.LayerCount, nameof(layer));
        ArgumentOutOfRangeException.ThrowIfNegative(first);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, states.Count - first);
        ArgumentOutOfRangeException.ThrowIfLessThan(logits.Length, (long)count * Config.VocabularySize, nameof(logits));
    }
}
