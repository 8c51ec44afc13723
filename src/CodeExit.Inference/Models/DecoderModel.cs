using CodeExit.Inference.Checkpoints;
using CodeExit.Inference.Decoding;
using CodeExit.Inference.EarlyExit.Learned;

namespace CodeExit.Inference.Models;

/// <summary>
/// A decoder whose weights are resident on some device. Full depth, early exit, back-fill, draft and verify are all ranges of
/// <see cref="RunLayers"/>; nothing above this class knows where the weights are. One caller at a time.
/// </summary>
public abstract class DecoderModel : IDisposable
{
    /// <summary>Rows that are read out at a time to be copied: what one reading of the head serves.</summary>
    private const int CopiedRows = 8;

    private Logits? _copied;

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

    /// <summary>What was asked of the device so far; null on the processor, which has no other memory to move things to.</summary>
    public virtual DeviceTraffic? Traffic => null;

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

    /// <summary>Room for logits of a few rows.</summary>
    public abstract Logits CreateLogits(int rows);

    /// <summary>Room for what is sampled from.</summary>
    public abstract Distributions CreateDistributions(int rows);

    /// <summary>
    /// Logits of rows of the window through the final norm, or through what was learned for the exit after <paramref name="layer"/>, and the
    /// LM head. The head's weights are read once for a few rows, and each row's logits are those that it has alone.
    /// </summary>
    /// <param name="layer">Layers that the states have run.</param>
    /// <param name="logits">Its rows 0 … count − 1 are filled.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such row, or no room for its logits.</exception>
    public abstract void ReadOut(HiddenStates states, int layer, int first, int count, Logits logits);

    /// <summary>
    /// Asks a network of a row of the window: its inputs are the state divided by its root mean square (<see cref="StateNormalization"/>),
    /// and behind it what the host knows.
    /// </summary>
    /// <param name="rest">As many as the network has inputs beyond the state.</param>
    /// <param name="outputs">As many as the network has.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such row, or values are too few or too many.</exception>
    public abstract void Evaluate(ProbeNetwork network, HiddenStates states, int row, ReadOnlySpan<float> rest, Span<float> outputs);

    /// <summary>Copies a row of the window into the first row of other states, of this model too.</summary>
    public abstract void Keep(HiddenStates states, int row, HiddenStates kept);

    /// <summary>The cosine between a row of the window and what was kept.</summary>
    public abstract float Cosine(HiddenStates states, int row, HiddenStates kept);

    /// <inheritdoc cref="ReadOut(HiddenStates, int, int, int, Span{float})"/>
    /// <param name="logits">[vocabulary].</param>
    public void ReadOut(HiddenStates states, int layer, int row, Span<float> logits) => ReadOut(states, layer, row, 1, logits);

    /// <summary>The same, copied out: for whoever wants to see all of it.</summary>
    /// <inheritdoc cref="ReadOut(HiddenStates, int, int, int, Logits)"/>
    /// <param name="logits">F32, [count, vocabulary].</param>
    public void ReadOut(HiddenStates states, int layer, int first, int count, Span<float> logits)
    {
        var vocabulary = Config.VocabularySize;
        CheckReadOut(states, layer, first, count);
        ArgumentOutOfRangeException.ThrowIfLessThan(logits.Length, (long)count * vocabulary, nameof(logits));
        _copied ??= CreateLogits(CopiedRows);
        for (var done = 0; done < count; done += CopiedRows)
        {
            var rows = Math.Min(CopiedRows, count - done);
            ReadOut(states, layer, first + done, rows, _copied);
            for (var row = 0; row < rows; row++) _copied.CopyRow(row, logits.Slice((done + row) * vocabulary, vocabulary));
        }
    }

    public void Dispose()
    {
        _copied?.Dispose();
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

    /// <summary>What every backend's <see cref="ReadOut(HiddenStates, int, int, int, Logits)"/> refuses.</summary>
    protected void CheckReadOut(HiddenStates states, int layer, int first, int count, Logits logits)
    {
        CheckReadOut(states, layer, first, count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, logits.Rows);
    }

    /// <summary>What every backend's <see cref="Evaluate"/> refuses.</summary>
    protected void CheckEvaluate(ProbeNetwork network, HiddenStates states, int row, ReadOnlySpan<float> rest, ReadOnlySpan<float> outputs)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)row, (uint)states.Count, nameof(row));
        ArgumentOutOfRangeException.ThrowIfNotEqual(rest.Length, network.Inputs - Config.HiddenSize, nameof(rest));
        ArgumentOutOfRangeException.ThrowIfNotEqual(outputs.Length, network.Outputs, nameof(outputs));
    }

    private void CheckReadOut(HiddenStates states, int layer, int first, int count)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)layer, (uint)Config.LayerCount, nameof(layer));
        ArgumentOutOfRangeException.ThrowIfNegative(first);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, states.Count - first);
    }
}
