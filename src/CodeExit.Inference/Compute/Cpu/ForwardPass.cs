using CodeExit.Inference.Models;

namespace CodeExit.Inference.Compute.Cpu;

/// <summary>
/// Layers [from, to) over a batch of positions, run by all workers side by side. Each product's output rows are dealt out; a barrier
/// stands wherever a worker reads what another wrote. A pass allocates nothing.
/// </summary>
internal sealed unsafe class ForwardPass : ITeamWork, IDisposable
{
    /// <summary>Most positions of one pass that scratch memory is worth.</summary>
    public const int MaxRows = 256;

    /// <summary>Up to so many positions, each worker prepares a product's whole input for itself: cheaper than a barrier.</summary>
    public const int FewRows = 8;

    private readonly ModelConfig _config;
    private readonly IReadOnlyList<CpuLayer> _layers;
    private readonly CpuAttention _attention;
    private readonly ForwardBuffers _buffers;

    private int _from;
    private int _to;
    private CpuHiddenStates _states = null!;
    private CpuKvCache _cache = null!;
    private CancellationToken _cancellationToken;
    private bool _stop;
    private int _propagated;

    public ForwardPass(ModelConfig config, IReadOnlyList<CpuLayer> layers, WeightPrecision precision, int rows, int contextLength, int workers)
    {
        _config = config;
        _layers = layers;
        _attention = new CpuAttention(config, contextLength, rows, workers);
        _buffers = new ForwardBuffers(config, layers[0], precision, rows, workers);
    }

    /// <param name="propagated">Rows at the window's start that only get keys and values.</param>
    /// <returns>The layer that was not run any more because of a cancellation; <paramref name="to"/> when all were.</returns>
    public int Run(WorkerTeam team, int from, int to, CpuHiddenStates states, CpuKvCache cache, int propagated, CancellationToken cancellationToken)
    {
        (_from, _to, _states, _cache, _propagated, _cancellationToken, _stop) = (from, to, states, cache, propagated, cancellationToken, false);
        team.Run(this);
        return _from;
    }

    /// <summary>Rows that run the whole layer: the window's last.</summary>
    private int Running => _states.Count - _propagated;

    public void Execute(WorkerTeam team, int worker)
    {
        var (from, to) = (_from, _to);
        for (var layer = from; layer < to; layer++)
        {
            Project(team, worker, layer, withQueries: _propagated < _states.Count);
            if (_propagated < _states.Count)
            {
                Attention(team, worker, layer);
                Mlp(team, worker, _layers[layer]);
            }
            if (worker == 0)
            {
                _from = layer + 1;
                _stop = _cancellationToken.IsCancellationRequested;
            }
            team.Barrier();
            if (_stop) return;
        }
    }

    public void Dispose()
    {
        _attention.Dispose();
        _buffers.Dispose();
    }

    private void Attention(WorkerTeam team, int worker, int layerIndex)
    {
        var layer = _layers[layerIndex];
        var attended = _buffers.Attended.Rows(Running);
        _attention.Attend(team, worker, layerIndex, _states.Start, _propagated, Running, _cache, attended.Values, attended.Stride);
        team.Barrier();
        AddResidual(team, layer.Output, Prepared(team, worker, attended));
        AfterResidual(team, worker, layer.AttentionNorm);
    }

    /// <summary>Queries, keys and values of the states; keys and values are filed in the cache.</summary>
    private void Project(WorkerTeam team, int worker, int layerIndex, bool withQueries)
    {
        var layer = _layers[layerIndex];
        var input = Input(team, worker, layer.AttentionNorm, 0);
        var heads = new ProjectedHeads
        {
            Queries = withQueries ? _buffers.Queries.Pointer : null,
            QueryStride = layer.Query.OutputStride,
            Keys = _buffers.Keys.Pointer,
            Values = _buffers.Values.Pointer,
            KeyStride = layer.Key.OutputStride,
        };
        // The products' blocks laid end to end: key and value alone are too few blocks to share evenly.
        var blocks = (withQueries ? layer.Query.Blocks : 0) + layer.Key.Blocks + layer.Value.Blocks;
        while (team.Claim(blocks, layer.Query.Chunk(team), out var first, out var end))
        {
            if (withQueries) MultiplyPart(layer.Query, input, heads.Queries, ref first, ref end);
            MultiplyPart(layer.Key, input, heads.Keys, ref first, ref end);
            MultiplyPart(layer.Value, input, heads.Values, ref first, ref end);
        }
        team.Barrier();
        _attention.Store(team, worker, layerIndex, _states.Start, _states.Count, heads, _cache);
        team.Barrier();
    }

    private void Mlp(WorkerTeam team, int worker, CpuLayer layer)
    {
        var input = Input(team, worker, layer.MlpNorm, _propagated);
        var mlp = _buffers.Mlp.Rows(Running);
        while (team.Claim(layer.Up.Blocks, layer.Up.Chunk(team), out var first, out var end)) FeedForward(layer, input, mlp, first, end);
        team.Barrier();
        AddResidual(team, layer.Down, Prepared(team, worker, mlp));
        if (!_config.NormBeforeBlock) AfterResidual(team, worker, layer.MlpNorm);
    }

    /// <summary>activation(gate · x) ∘ (up · x), or activation(up · x) where there is no gate, for the rows of blocks [first, end).</summary>
    private void FeedForward(CpuLayer layer, in Activations input, in Activations mlp, int first, int end)
    {
        var column = first * PackedMatrix.BlockRows;
        var width = (end - first) * PackedMatrix.BlockRows;
        layer.Up.Multiply(input, mlp.Values, mlp.Stride, first, end);
        layer.Gate?.Multiply(input, _buffers.Gate.Pointer, mlp.Stride, first, end);
        for (var row = 0; row < mlp.Rows; row++)
        {
            var up = mlp.Values + (long)row * mlp.Stride + column;
            if (layer.Gate is null)
            {
                VectorMath.Activate(_config.Activation, up, width);
                continue;
            }
            var gate = _buffers.Gate.Pointer + (long)row * mlp.Stride + column;
            VectorMath.Activate(_config.Activation, gate, width);
            VectorMath.Multiply(up, gate, width);
        }
    }

    /// <summary>Input of a half-block, of the rows from <paramref name="skipped"/> on: norm(hidden), or hidden itself where norms come after.</summary>
    private Activations Input(WorkerTeam team, int worker, CpuNorm norm, int skipped)
    {
        var rows = _states.Count - skipped;
        var few = rows <= FewRows;
        var input = few ? _buffers.Own[worker].Rows(rows) with { Stride = _buffers.Input.Stride } : _buffers.Input.Rows(rows);
        var (first, end) = few ? (0, rows) : team.Share(worker, rows);
        for (var row = first; row < end; row++)
        {
            var source = _states.Row(skipped + row);
            var target = input.Values + (long)row * input.Stride;
            if (_config.NormBeforeBlock) norm.Apply(source, target);
            else Buffer.MemoryCopy(source, target, _states.Stride * sizeof(float), _states.Stride * sizeof(float));
            // A worker's own buffer is as wide as the widest input, and holds an older one beyond this one's end.
            if (few) new Span<float>(target + _states.Stride, input.Stride - _states.Stride).Clear();
        }
        input.Quantize(first, end);
        if (!few) team.Barrier();
        return input;
    }

    /// <summary>Values that all workers wrote, made ready for a product.</summary>
    private Activations Prepared(WorkerTeam team, int worker, in Activations values)
    {
        if (values.Quantized == null) return values;
        if (values.Rows <= FewRows)
        {
            var own = _buffers.Own[worker].Rows(values.Rows);
            var prepared = values with { Quantized = own.Quantized, Scales = own.Scales };
            prepared.Quantize(0, values.Rows);
            return prepared;
        }
        var (first, end) = team.Share(worker, values.Rows);
        values.Quantize(first, end);
        team.Barrier();
        return values;
    }

    /// <summary>hidden += w · x, on the hidden columns that this worker claims.</summary>
    private void AddResidual(WorkerTeam team, CpuLinear linear, in Activations x)
    {
        while (team.Claim(linear.Blocks, linear.Chunk(team), out var first, out var end))
        {
            linear.Multiply(x, _buffers.Projected.Pointer, linear.OutputStride, first, end);
            var column = first * PackedMatrix.BlockRows;
            for (var row = 0; row < x.Rows; row++)
            {
                VectorMath.Add(
                    _states.Row(_propagated + row) + column, _buffers.Projected.Pointer + (long)row * linear.OutputStride + column, (end - first) * PackedMatrix.BlockRows);
            }
        }
    }

    private void AfterResidual(WorkerTeam team, int worker, CpuNorm norm)
    {
        team.Barrier();
        if (_config.NormBeforeBlock) return;
        var (first, end) = team.Share(worker, Running);
        for (var row = _propagated + first; row < _propagated + end; row++) norm.Apply(_states.Row(row), _states.Row(row));
        team.Barrier();
    }

    private static void MultiplyPart(CpuLinear linear, in Activations input, float* output, ref int first, ref int end)
    {
        linear.Multiply(input, output, linear.OutputStride, Math.Clamp(first, 0, linear.Blocks), Math.Clamp(end, 0, linear.Blocks));
        first -= linear.Blocks;
        end -= linear.Blocks;
    }
}
