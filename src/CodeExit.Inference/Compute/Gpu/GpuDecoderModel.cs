using CodeExit.Inference.Checkpoints;
using CodeExit.Inference.Compute.Gpu.OpenCl;
using CodeExit.Inference.Decoding;
using CodeExit.Inference.EarlyExit.Learned;
using CodeExit.Inference.Models;

namespace CodeExit.Inference.Compute.Gpu;

/// <summary>A decoder whose weights, caches and states are on an OpenCL device. The host sends token ids and gets answers to what it asks: a token, a few numbers.</summary>
public sealed class GpuDecoderModel : DecoderModel
{
    private const int MaxRows = 256;

    private readonly Checkpoint _checkpoint;
    private readonly GpuRuntime _runtime;
    private readonly GpuKernels _kernels;
    private readonly GpuLayer[] _layers;
    private readonly GpuLinear _embedding;
    private readonly GpuBuffer? _positions;
    private readonly GpuBuffer _tokens;
    private readonly GpuReadOut _readOut;
    private readonly LogitsKernels _logits;
    private readonly StateKernels _states;
    private readonly GpuForwardPass _forward;

    /// <param name="checkpoint">Owned from here on.</param>
    /// <param name="precision">F32 or BF16; embeddings too.</param>
    /// <param name="contextLength">Positions of a sequence; at most what a learned position table holds.</param>
    /// <exception cref="CheckpointException">The backend cannot run this model yet. After an exception the checkpoint is the caller's again.</exception>
    /// <exception cref="GpuException">The device refuses, for want of memory for one.</exception>
    public GpuDecoderModel(Checkpoint checkpoint, WeightPrecision precision, int contextLength, GpuDevice device)
        : base(checkpoint.Config, ClampContext(checkpoint, contextLength))
    {
        GpuSupport.Check(checkpoint, precision);
        _checkpoint = checkpoint;
        var tensors = checkpoint.Tensors;
        _runtime = new GpuRuntime(device);
        try
        {
            _kernels = new GpuKernels(_runtime, precision);
            _layers = [.. tensors.Layers.Select(layer => new GpuLayer(_runtime, layer, Config, precision))];
            var head = new GpuLinear(_runtime, precision, byTurns: false, tensors.Head);
            _embedding = Config.TiedEmbedding ? head : new GpuLinear(_runtime, precision, byTurns: false, new LinearTensors(tensors.TokenEmbedding, null));
            _positions = tensors.PositionEmbedding is { } positions ? _runtime.Upload<float>(positions.ToArray()) : null;
            _tokens = _runtime.Allocate((long)ContextLength * sizeof(int));
            _readOut = new GpuReadOut(_runtime, _kernels, head, tensors.FinalNorm, Config, precision);
            _logits = new LogitsKernels(_runtime);
            _states = new StateKernels(_runtime, Config.HiddenSize);
            _forward = new GpuForwardPass(_runtime, _kernels, Config, MaxBatch, ContextLength);
            _runtime.Wait();
        }
        catch
        {
            _runtime.Dispose();
            throw;
        }
    }

    public override string Device => "gpu";

    public override int MaxBatch => Math.Min(MaxRows, ContextLength);

    public override long BytesPerToken => _readOut.Bytes + _layers.Sum(layer => layer.Bytes);

    public override double ReadOutLayers => _readOut.Bytes / _layers.Average(layer => layer.Bytes);

    /// <summary>Kernels launched since the model was loaded.</summary>
    public long Launches => _runtime.Launches;

    /// <summary>Bytes that went between host and device since the start, weights included.</summary>
    public long BytesCopied => _runtime.BytesCopied;

    public override KvCache CreateCache() => new GpuKvCache(_runtime, Config, ContextLength);

    public override HiddenStates CreateStates(int capacity) => new GpuHiddenStates(_runtime, capacity, Config.HiddenSize);

    public override void Embed(ReadOnlySpan<int> tokens, int start, HiddenStates states)
    {
        states.Select(start, tokens.Length);
        CheckTokens(tokens, start);
        if (tokens.Length > 1) _runtime.Write(_tokens, 0, tokens);
        _kernels.Embed(
            tokens.Length > 1 ? _tokens : null, _embedding, _positions, start + Config.LearnedPositionOffset,
            ((GpuHiddenStates)states).Rows(0, tokens.Length), single: tokens[0]);
    }

    public override void RunLayers(int from, int to, HiddenStates states, KvCache cache, int propagated, CancellationToken cancellationToken)
    {
        CheckRun(from, to, states, propagated);
        cancellationToken.ThrowIfCancellationRequested();
        cache.Extend(from, to, states.Start, states.Count);
        var reached = from;
        try
        {
            while (reached < to)
            {
                _forward.Run(_layers[reached], reached, (GpuHiddenStates)states, (GpuKvCache)cache, propagated);
                reached++;
                // A queue would take all layers of a long prompt at once, and a cancellation would come too late for them.
                if (states.Count > GpuKernels.Tile) _runtime.Wait();
                if (cancellationToken.IsCancellationRequested) break;
            }
            _runtime.Flush();
        }
        finally
        {
            cache.Abandon(reached, to, states.Start);
        }
        if (reached < to) throw new OperationCanceledException(cancellationToken);
    }

    public override Logits CreateLogits(int rows) => new GpuLogits(_runtime, _logits, rows, Config.VocabularySize);

    public override Distributions CreateDistributions(int rows) => new GpuDistributions(_runtime, _logits, rows, Config.VocabularySize);

    public override void ReadOut(HiddenStates states, int layer, int first, int count, Logits logits)
    {
        CheckReadOut(states, layer, first, count, logits);
        logits.Fill(count);
        _readOut.Run((GpuHiddenStates)states, layer, first, count, (GpuLogits)logits);
    }

    public override void Evaluate(ProbeNetwork network, HiddenStates states, int row, ReadOnlySpan<float> rest, Span<float> outputs)
    {
        CheckEvaluate(network, states, row, rest, outputs);
        _states.Evaluate(network, ((GpuHiddenStates)states).Rows(row, 1), rest, outputs);
    }

    public override void Keep(HiddenStates states, int row, HiddenStates kept)
    {
        kept.Select(0, 1);
        _states.Keep(((GpuHiddenStates)states).Rows(row, 1), ((GpuHiddenStates)kept).Rows(0, 1));
    }

    public override float Cosine(HiddenStates states, int row, HiddenStates kept) =>
        _states.Cosine(((GpuHiddenStates)states).Rows(row, 1), ((GpuHiddenStates)kept).Rows(0, 1));

    protected override void Dispose(bool disposing)
    {
        if (!disposing) return;
        _runtime.Dispose();
        _checkpoint.Dispose();
    }
}
