using CodeExit.Inference.Checkpoints;
using CodeExit.Inference.Models;

namespace CodeExit.Inference.Compute.Cpu;

/// <summary>A matrix that many rows are multiplied with, in F32, by the kernels that run the model. One caller at a time.</summary>
public sealed unsafe class FixedMatrix : ITeamWork, IDisposable
{
    /// <summary>Rows that go through at a time.</summary>
    private const int MaxRows = 256;

    private readonly WorkerTeam _team;
    private readonly CpuLinear _matrix;
    private readonly ActivationBuffer _inputs;
    private readonly AlignedBuffer<float> _outputs;
    private int _count;

    /// <param name="values">[rows, columns], row-major.</param>
    public FixedMatrix(float[] values, int rows, int columns, int threads)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(values.Length, (long)rows * columns, nameof(values));
        (Rows, Columns) = (rows, columns);
        _team = new WorkerTeam(threads);
        fixed (float* pinned = values)
        {
            var tensor = new CheckpointTensor("matrix", "", TensorType.F32, rows, columns, (nint)pinned);
            _matrix = new CpuLinear(new LinearTensors(tensor, null), WeightPrecision.F32, streamed: false, _team);
        }
        _inputs = new ActivationBuffer(WeightPrecision.F32, MaxRows, columns);
        _outputs = new AlignedBuffer<float>((long)MaxRows * _matrix.OutputStride);
    }

    public int Rows { get; }

    public int Columns { get; }

    /// <summary>y[t, r] = Σₖ x[t, k] · matrix[r, k].</summary>
    /// <param name="x">[count, columns].</param>
    /// <param name="y">[count, rows].</param>
    public void Multiply(ReadOnlySpan<float> x, int count, Span<float> y)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(x.Length, (long)count * Columns, nameof(x));
        ArgumentOutOfRangeException.ThrowIfLessThan(y.Length, (long)count * Rows, nameof(y));
        for (var done = 0; done < count; done += _count)
        {
            _count = Math.Min(MaxRows, count - done);
            for (var row = 0; row < _count; row++)
            {
                x.Slice((done + row) * Columns, Columns).CopyTo(new Span<float>(_inputs.Rows(_count).Values + (long)row * _inputs.Stride, Columns));
            }
            _team.Run(this);
            for (var row = 0; row < _count; row++)
            {
                new ReadOnlySpan<float>(_outputs.Pointer + (long)row * _matrix.OutputStride, Rows).CopyTo(y[((done + row) * Rows)..]);
            }
        }
    }

    void ITeamWork.Execute(WorkerTeam team, int worker)
    {
        while (team.Claim(_matrix.Blocks, _matrix.Chunk(team), out var first, out var end))
        {
            _matrix.Multiply(_inputs.Rows(_count), _outputs.Pointer, _matrix.OutputStride, first, end);
        }
    }

    public void Dispose()
    {
        _team.Dispose();
        _matrix.Dispose();
        _inputs.Dispose();
        _outputs.Dispose();
    }
}
