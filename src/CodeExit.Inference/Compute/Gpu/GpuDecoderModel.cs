using CodeExit.Inference.Checkpoints;
using CodeExit.Inference.Compute.Gpu.OpenCl;
using CodeExit.Inference.Decoding;
using CodeExit.Inference.Models;

namespace CodeExit.Inference.Compute.Gpu;

/// <summary>A decoder whose weights, caches and states are on an OpenCL device. The host sends token ids and gets logits and states when it asks.</summary>
public sealed class GpuDecoderModel : DecoderModel
{
    /// <summary>Eight tiles of the GEMM: enough groups for a large card, and still a layer in a few milliseconds on a small one.</summary>
    private const int MaxRows = 512;

    private readonly Checkpoint _checkpoint;
    private readonly GpuRuntime _runtime;
    private readonly GpuKernels _kernels;
    private readonly GpuLayer[] _layers;
    private readonly GpuLinear _embedding;
    private readonly GpuBuffer? _positions;
    private readonly GpuLinear? _projectIn;
    private readonly GpuRows _narrow; // embeddings before it
    private readonly GpuBuffer _tokens;
    private readonly GpuReadOut _readOut;
    private readonly GpuForwardPass _forward;

    /// <param name="checkpoint">Owned from here on.</param>
    /// <param name="precision">Embeddings too, but for int8, where they are BF16.</param>
    /// <param name="contextLength">Positions of a sequence; at most what a learned position table holds.</param>
    /// <exception cref="CheckpointException">The backend cannot run this model yet. After an exception the checkpoint is the caller's again.</exception>
    /// <exception cref="GpuException">The device refuses, for want of memory for one.</exception>
    public GpuDecoderModel(Checkpoint checkpoint, WeightPrecision precision, int contextLength, GpuDevice device)
        : base(checkpoint.Config, ClampContext(checkpoint, contextLength))
    {
        GpuSupport.Check(checkpoint, device);
        _checkpoint = checkpoint;
        var tensors = checkpoint.Tensors;
        _runtime = new GpuRuntime(device);
        try
        {
            _kernels = new GpuKernels(_runtime, precision, Config.Norm);
            _layers = [.. tensors.Layers.Select(layer => new GpuLayer(_runtime, layer, Config, precision))];
            var head = new GpuLinear(_runtime, precision, byTurns: false, tensors.Head);
            var embedding = GpuKernels.EmbeddingPrecision(precision);
            _embedding = Config.TiedEmbedding && embedding == precision
                ? head
                : new GpuLinear(_runtime, embedding, byTurns: false, new LinearTensors(tensors.TokenEmbedding, null));
            _positions = tensors.PositionEmbedding is { } positions ? _runtime.Upload<float>(positions.ToArray()) : null;
            if (tensors.ProjectIn is { } projectIn)
            {
                _projectIn = new GpuLinear(_runtime, precision, byTurns: false, projectIn);
                _narrow = new GpuRows(_runtime.Allocate((long)ContextLength * _projectIn.Stride * sizeof(float)), _projectIn.Stride, 0, ContextLength);
            }
            var projectOut = tensors.ProjectOut is null ? null : new GpuLinear(_runtime, precision, byTurns: false, tensors.ProjectOut);
            _tokens = _runtime.Allocate((long)ContextLength * sizeof(int));
            _readOut = new GpuReadOut(_runtime, _kernels, head, projectOut, tensors.FinalNorm, Config);
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
        _runtime.Write(_tokens, 0, tokens);
        var (rows, position) = (((GpuHiddenStates)states).Rows(0, tokens.Length), start + Config.LearnedPositionOffset);
        if (_projectIn is null)
        {
            _kernels.Embed(_tokens, _embedding, _positions, position, rows);
            return;
        }
        var narrow = _narrow with { Count = tokens.Length };
        _kernels.Embed(_tokens, _embedding, null, 0, narrow);
        _kernels.Product(_projectIn, null, narrow, rows);
        if (_positions is not null) _kernels.Add(Config.HiddenSize, new GpuRows(_positions, Config.HiddenSize, position, rows.Count), rows);
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

    public override void ReadOut(HiddenStates states, int layer, int first, int count, Span<float> logits)
    {
        CheckReadOut(states, layer, first, count, logits);
        _readOut.Run((GpuHiddenStates)states, layer, first, count, logits);
    }

    protected override void Dispose(bool disposing)
    {
        if (!disposing) return;
        _runtime.Dispose();
        _checkpoint.Dispose();
    }
}
