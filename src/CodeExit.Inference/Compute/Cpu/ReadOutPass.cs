using CodeExit.Inference.Models;

namespace CodeExit.Inference.Compute.Cpu;

/// <summary>Logits of hidden states: final norm or an exit's own, OPT-350m's projection, LM head. The vocabulary is shared out to the workers.</summary>
internal sealed unsafe class ReadOutPass : ITeamWork, IDisposable
{
    /// <summary>Rows that one reading of the head serves: a kernel's tile.</summary>
    private const int MaxRows = 8;

    private readonly CpuNorm? _norm;
    private readonly CpuExitHead?[] _exitHeads; // by layers run
    private readonly CpuLinear? _projectOut;
    private readonly CpuLinear _head;
    private readonly ActivationBuffer[] _normed;
    private readonly ActivationBuffer[] _projected;
    private float* _row;
    private float* _logits;
    private int _rows;
    private int _stride;
    private CpuExitHead? _exitHead;

    public ReadOutPass(DecoderTensors tensors, ModelConfig config, WeightPrecision precision, bool streamed, WorkerTeam team)
    {
        _norm = tensors.FinalNorm is { } norm ? new CpuNorm(norm, config) : null;
        _exitHeads = new CpuExitHead?[config.LayerCount + 1];
        foreach (var (layer, head) in config.Learned.Heads) _exitHeads[layer] = new CpuExitHead(head, tensors.FinalNorm, config, team.Count);
        _projectOut = tensors.ProjectOut is { } projectOut ? new CpuLinear(projectOut, precision, streamed, team) : null;
        _head = new CpuLinear(tensors.Head, precision, streamed, team);
        _normed = new ActivationBuffer[team.Count];
        _projected = new ActivationBuffer[team.Count];
        for (var worker = 0; worker < team.Count; worker++)
        {
            _normed[worker] = new ActivationBuffer(precision, MaxRows, config.HiddenSize);
            _projected[worker] = new ActivationBuffer(precision, MaxRows, config.EmbeddingSize);
        }
    }

    public long Bytes => _head.Bytes + (_projectOut?.Bytes ?? 0);

    /// <param name="layer">Layers that the states have run.</param>
    /// <param name="logits">Its rows 0 … count − 1 are filled, padding too.</param>
    public void Run(WorkerTeam team, CpuHiddenStates states, int layer, int first, int count, CpuLogits logits)
    {
        _exitHead = _exitHeads[layer];
        _stride = states.Stride;
        for (var done = 0; done < count; done += _rows)
        {
            _row = states.Row(first + done);
            _logits = logits.Pointer(done);
            _rows = Math.Min(MaxRows, count - done);
            team.Run(this);
        }
    }

    /// <summary>Norm and projection are small beside the head: every worker does them for itself, without a barrier.</summary>
    public void Execute(WorkerTeam team, int worker)
    {
        var input = _normed[worker].Rows(_rows);
        for (var row = 0; row < _rows; row++)
        {
            var source = _row + (long)row * _stride;
            var target = input.Values + (long)row * input.Stride;
            if (_exitHead is not null) _exitHead.Apply(worker, source, target);
            else if (_norm is null) Buffer.MemoryCopy(source, target, _stride * sizeof(float), _stride * sizeof(float));
            else _norm.Apply(source, target);
        }
        input.Quantize(0, _rows);
        if (_projectOut is not null)
        {
            var projected = _projected[worker].Rows(_rows);
            _projectOut.Multiply(input, projected.Values, projected.Stride, 0, _projectOut.Blocks);
            projected.Quantize(0, _rows);
            input = projected;
        }
        while (team.Claim(_head.Blocks, _head.Chunk(team), out var first, out var end))
        {
            _head.Multiply(input, _logits, _head.OutputStride, first, end);
        }
    }

    public void Dispose()
    {
        _norm?.Dispose();
        foreach (var head in _exitHeads) head?.Dispose();
        _projectOut?.Dispose();
        _head.Dispose();
        foreach (var buffer in _normed) buffer.Dispose();
        foreach (var buffer in _projected) buffer.Dispose();
    }
}
