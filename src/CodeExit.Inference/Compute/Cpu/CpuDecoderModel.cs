using System.Numerics.Tensors;
using CodeExit.Inference.Checkpoints;
using CodeExit.Inference.Decoding;
using CodeExit.Inference.EarlyExit.Learned;
using CodeExit.Inference.Models;

namespace CodeExit.Inference.Compute.Cpu;

/// <summary>A decoder on the CPU. Embeddings are read from the checkpoint's mapping, row by row; every other weight is packed once.</summary>
public sealed unsafe class CpuDecoderModel : DecoderModel
{
    /// <summary>Weights beyond this are taken to come from main memory at each token. Few processors give two cores more cache than this.</summary>
    private const long LargestCache = 16 << 20;

    private readonly Checkpoint _checkpoint;
    private readonly WorkerTeam _team;
    private readonly CpuLayer[] _layers;
    private readonly CpuLinear? _projectIn;
    private readonly ActivationBuffer? _embedding;
    private readonly ReadOutPass _readOut;
    private readonly ForwardPass _forward;
    private float[] _probeInput = [];

    /// <param name="checkpoint">Owned from here on: its mapping is needed as long as the model.</param>
    /// <param name="contextLength">Positions of a sequence; at most what a learned position table holds.</param>
    /// <param name="threads">Worker threads, the caller's included.</param>
    public CpuDecoderModel(Checkpoint checkpoint, WeightPrecision precision, int contextLength, int threads)
        : base(checkpoint.Config, ClampContext(checkpoint, contextLength))
    {
        _checkpoint = checkpoint;
        _team = new WorkerTeam(threads);
        var tensors = checkpoint.Tensors;
        var streamed = !StaysInCaches(tensors, precision);
        _layers = [.. tensors.Layers.Select(layer => new CpuLayer(layer, Config, precision, streamed, _team))];
        if (tensors.ProjectIn is { } projectIn)
        {
            _projectIn = new CpuLinear(projectIn, precision, streamed, _team);
            _embedding = new ActivationBuffer(precision, 1, Config.EmbeddingSize);
        }
        _readOut = new ReadOutPass(tensors, Config, precision, streamed, _team);
        _forward = new ForwardPass(Config, _layers, precision, MaxBatch, ContextLength, threads);
    }

    /// <summary>Whether the weights are so few that the processor reads them from its caches at each token, faster than any memory.</summary>
    public static bool StaysInCaches(DecoderTensors tensors, WeightPrecision precision) =>
        Weights(tensors) * PackedMatrix.ElementBytes(precision) <= LargestCache;

    public override string Device => "cpu";

    public override int MaxBatch => Math.Min(ForwardPass.MaxRows, ContextLength);

    public override long BytesPerToken => _readOut.Bytes + _layers.Sum(layer => layer.Bytes);

    public override double ReadOutLayers => _readOut.Bytes / _layers.Average(layer => layer.Bytes);

    public override KvCache CreateCache() => new CpuKvCache(Config, ContextLength);

    public override HiddenStates CreateStates(int capacity) => new CpuHiddenStates(capacity, Config.HiddenSize);

    public override void Embed(ReadOnlySpan<int> tokens, int start, HiddenStates states)
    {
        var rows = (CpuHiddenStates)states;
        rows.Select(start, tokens.Length);
        CheckTokens(tokens, start);
        for (var row = 0; row < tokens.Length; row++)
        {
            EmbedRow(tokens[row], start + row, rows.Row(row), rows.Stride);
        }
    }

    public override void RunLayers(int from, int to, HiddenStates states, KvCache cache, int propagated, CancellationToken cancellationToken)
    {
        CheckRun(from, to, states, propagated);
        cancellationToken.ThrowIfCancellationRequested();
        cache.Extend(from, to, states.Start, states.Count);
        var reached = from;
        try
        {
            reached = _forward.Run(_team, from, to, (CpuHiddenStates)states, (CpuKvCache)cache, propagated, cancellationToken);
        }
        finally
        {
            cache.Abandon(reached, to, states.Start);
        }
        if (reached < to) throw new OperationCanceledException(cancellationToken);
    }

    public override Logits CreateLogits(int rows) => new CpuLogits(rows, Config.VocabularySize);

    public override Distributions CreateDistributions(int rows) => new CpuDistributions(rows, Config.VocabularySize);

    public override void ReadOut(HiddenStates states, int layer, int first, int count, Logits logits)
    {
        CheckReadOut(states, layer, first, count, logits);
        logits.Fill(count);
        _readOut.Run(_team, (CpuHiddenStates)states, layer, first, count, (CpuLogits)logits);
    }

    public override void Evaluate(ProbeNetwork network, HiddenStates states, int row, ReadOnlySpan<float> rest, Span<float> outputs)
    {
        CheckEvaluate(network, states, row, rest, outputs);
        if (_probeInput.Length < network.Inputs) _probeInput = new float[network.Inputs];
        var input = _probeInput.AsSpan(0, network.Inputs);
        StateNormalization.Apply(Row(states, row), input[..Config.HiddenSize]);
        rest.CopyTo(input[Config.HiddenSize..]);
        network.Evaluate(input).CopyTo(outputs);
    }

    public override void Keep(HiddenStates states, int row, HiddenStates kept)
    {
        kept.Select(0, 1);
        Row(states, row).CopyTo(Row(kept, 0));
    }

    public override float Cosine(HiddenStates states, int row, HiddenStates kept) => TensorPrimitives.CosineSimilarity<float>(Row(kept, 0), Row(states, row));

    protected override void Dispose(bool disposing)
    {
        if (!disposing) return;
        _team.Dispose();
        _forward.Dispose();
        _readOut.Dispose();
        _projectIn?.Dispose();
        _embedding?.Dispose();
        foreach (var layer in _layers) layer.Dispose();
        _checkpoint.Dispose();
    }

    private static Span<float> Row(HiddenStates states, int row) => ((CpuHiddenStates)states).Values(row);

    /// <summary>Weights that a token at full depth multiplies with.</summary>
    private static long Weights(DecoderTensors tensors)
    {
        static long Count(LinearTensors? linear) => linear is null ? 0 : (long)linear.Weight.Rows * linear.Weight.Columns;
        return Count(tensors.Head) + tensors.Layers.Sum(layer =>
            Count(layer.Query) + Count(layer.Key) + Count(layer.Value) + Count(layer.Output) + Count(layer.Gate) + Count(layer.Up) + Count(layer.Down));
    }

    private void EmbedRow(int token, int position, float* row, int stride)
    {
        var tensors = _checkpoint.Tensors;
        if (_projectIn is null)
        {
            tensors.TokenEmbedding.ReadRow(token, 0, Config.HiddenSize, row);
        }
        else
        {
            var embedding = _embedding!.Rows(1);
            tensors.TokenEmbedding.ReadRow(token, 0, Config.EmbeddingSize, embedding.Values);
            embedding.Quantize(0, 1);
            _projectIn.Multiply(embedding, row, stride, 0, _projectIn.Blocks);
        }
        if (tensors.PositionEmbedding is not { } positions) return;
        var learned = stackalloc float[Config.HiddenSize];
        positions.ReadRow(position + Config.LearnedPositionOffset, 0, Config.HiddenSize, learned);
        for (var i = 0; i < Config.HiddenSize; i++) row[i] += learned[i];
    }
}
