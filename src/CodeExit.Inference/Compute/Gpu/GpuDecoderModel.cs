using CodeExit.Inference.Checkpoints;
using CodeExit.Inference.Compute.Gpu.OpenCl;
using CodeExit.Inference.Decoding;
using CodeExit.Inference.EarlyExit.Learned;
using CodeExit.Inference.Models;

namespace CodeExit.Inference.Compute.Gpu;

/// <summary>A decoder whose weights, caches and states are on an OpenCL device. The host sends token ids and gets answers to what it asks: a token, a few numbers.</summary>
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
    private readonly LogitsKernels _logits;
    private readonly StateKernels _states;
    private readonly GpuForwardPass _forward;
    private long _memoryBytes;

    /// <param name="checkpoint">Owned from here on.</param>
    /// <param name="precision">Embeddings too, but for int8, where they are BF16.</param>
    /// <param name="contextLength">Positions of a sequence; at most what a learned position table holds.</param>
    /// <exception cref="CheckpointException">The device cannot run this model. After an exception the checkpoint is the caller's again.</exception>
    /// <exception cref="GpuMemoryException">The device has no room for it.</exception>
    /// <exception cref="GpuException">The device refuses it otherwise.</exception>
    /// <exception cref="DeviceLostException">The device went away meanwhile.</exception>
    public GpuDecoderModel(Checkpoint checkpoint, WeightPrecision precision, int contextLength, GpuDevice device)
        : this(checkpoint, precision, contextLength, device, static device => new GpuRuntime(device))
    {
    }

    /// <param name="open">Called when the model is known to be supported.</param>
    internal GpuDecoderModel(Checkpoint checkpoint, WeightPrecision precision, int contextLength, GpuDevice device, Func<GpuDevice, GpuRuntime> open)
        : base(checkpoint.Config, ClampContext(checkpoint, contextLength))
    {
        if (GpuAttention.WhyNot(Config.HeadDim, device) is { } reason) throw new CheckpointException($"{checkpoint.Directory}: {reason}; the CPU runs this model.");
        _checkpoint = checkpoint;
        var tensors = checkpoint.Tensors;
        _runtime = open(device);
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
                _narrow = GpuRows.Allocate(_runtime, ContextLength, _projectIn.Columns);
            }
            var projectOut = tensors.ProjectOut is null ? null : new GpuLinear(_runtime, precision, byTurns: false, tensors.ProjectOut);
            _tokens = _runtime.Allocate((long)ContextLength * sizeof(int));
            _readOut = new GpuReadOut(_runtime, _kernels, head, projectOut, tensors.FinalNorm, Config);
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

    /// <summary>The device that the model is on.</summary>
    public GpuDevice Gpu => _runtime.Device;

    /// <summary>Bytes of the device's memory that the model holds now, its caches and states included.</summary>
    public long AllocatedBytes => _runtime.AllocatedBytes;

    /// <summary>The largest buffer that was allocated.</summary>
    internal long LargestBytes => _runtime.LargestBytes;

    /// <summary>Kernels launched since the model was loaded.</summary>
    public long Launches => _runtime.Launches;

    /// <summary>Bytes that went between host and device since the start, weights included.</summary>
    public long BytesCopied => _runtime.BytesCopied;

    public override DeviceTraffic? Traffic => new(Launches, BytesCopied, _memoryBytes);

    public override KvCache CreateCache() => new GpuKvCache(_runtime, Config, ContextLength);

    public override HiddenStates CreateStates(int capacity) => new GpuHiddenStates(_runtime, capacity, Config.HiddenSize);

    public override void Embed(ReadOnlySpan<int> tokens, int start, HiddenStates states)
    {
        states.Select(start, tokens.Length);
        CheckTokens(tokens, start);
        if (tokens.Length > 1) _runtime.Write(_tokens, 0, tokens);
        var ids = tokens.Length > 1 ? _tokens : null;
        var (rows, position) = (((GpuHiddenStates)states).Rows(0, tokens.Length), start + Config.LearnedPositionOffset);
        if (_projectIn is null)
        {
            _kernels.Embed(ids, _embedding, _positions, position, rows, single: tokens[0]);
            return;
        }
        var narrow = _narrow with { Count = tokens.Length };
        _kernels.Embed(ids, _embedding, null, 0, narrow, single: tokens[0]);
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
                _memoryBytes += _layers[reached].Bytes + CacheBytes(reached, states, propagated);
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
        _memoryBytes += _readOut.Bytes * ((count + GpuKernels.Tile - 1) / GpuKernels.Tile);
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

    /// <summary>Keys and values of a layer, in F32, that the window's rows write and, but for propagated ones, attend to.</summary>
    private long CacheBytes(int layer, HiddenStates states, int propagated)
    {
        var positions = (long)states.Count;
        var window = Config.SlidingWindows[layer] ?? int.MaxValue;
        for (var row = propagated; row < states.Count; row++) positions += Math.Min(states.Start + row + 1, window);
        return positions * 2 * Config.KeyValueHeadCount * Config.HeadDim * sizeof(float);
    }

    protected override void Dispose(bool disposing)
    {
        if (!disposing) return;
        _runtime.Dispose();
        _checkpoint.Dispose();
    }
}
