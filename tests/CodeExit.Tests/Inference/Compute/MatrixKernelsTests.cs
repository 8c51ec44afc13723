using System.Runtime.Intrinsics.X86;
using CodeExit.Inference.Checkpoints;
using CodeExit.Inference.Compute.Cpu;
using CodeExit.Inference.Compute.Cpu.Kernels;
using CodeExit.Inference.Models;

namespace CodeExit.Tests.Inference.Compute;

/// <summary>Every kernel against sums in double precision, and against the others bit by bit: they promise the same order of additions.</summary>
public sealed unsafe class MatrixKernelsTests
{
    public static TheoryData<WeightPrecision, int, int, int> Shapes
    {
        get
        {
            var data = new TheoryData<WeightPrecision, int, int, int>();
            foreach (var precision in Enum.GetValues<WeightPrecision>())
            {
                foreach (var (outputs, columns, rows) in new[]
                {
                    (1, 1, 1), (16, 2, 1), (17, 3, 2), (40, 52, 5), (131, 64, 8), (64, 192, 11), (80, 1100, 13), (33, 513, 130), (192, 512, 3), (48, 1100, 2), (17, 640, 4), (33, 100, 6), (64, 576, 7), (40, 1100, 8), (96, 130, 9),
                })
                {
                    data.Add(precision, outputs, columns, rows);
                }
            }
            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Multiply_RandomMatrix_EqualsDoublePrecision(WeightPrecision precision, int outputs, int columns, int rows)
    {
        using var problem = new Problem(precision, outputs, columns, rows);
        var actual = problem.Multiply(MatrixKernels.Best, rows);

        // F32 sums of n terms err by about √n · 2⁻²⁴, BF16 rounds weights to 2⁻⁹, int8 to half of 1/127 of the largest: 0.5 at most here.
        var relative = precision == WeightPrecision.BF16 ? 3e-3 : 1e-5;
        var absolute = precision == WeightPrecision.Int8 ? 0.5 / 254 : 0;
        for (var row = 0; row < rows; row++)
        {
            for (var output = 0; output < outputs; output++)
            {
                var (expected, magnitude, inputs) = problem.Exact(row, output);
                var tolerance = relative * magnitude + absolute * inputs;
                Assert.InRange(actual[row][output], expected - tolerance, expected + tolerance);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Multiply_OtherInstructionSets_AreBitIdentical(WeightPrecision precision, int outputs, int columns, int rows)
    {
        using var problem = new Problem(precision, outputs, columns, rows);
        var expected = problem.Multiply(new PortableKernels(), rows);

        if (Avx2.IsSupported && Fma.IsSupported) Assert.Equal(expected, problem.Multiply(new Avx2Kernels(), rows));
        if (Avx512BW.IsSupported) Assert.Equal(expected, problem.Multiply(new Avx512Kernels(), rows));
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Multiply_RowAlone_IsBitIdenticalToRowInBatch(WeightPrecision precision, int outputs, int columns, int rows)
    {
        using var problem = new Problem(precision, outputs, columns, rows);
        var batch = problem.Multiply(MatrixKernels.Best, rows);

        for (var row = 0; row < rows; row++) Assert.Equal(batch[row], problem.Multiply(MatrixKernels.Best, 1, firstRow: row)[0]);
    }

    /// <summary>Random weights and inputs in a checkpoint's form, packed.</summary>
    private sealed class Problem : IDisposable
    {
        private readonly float[] _weights;
        private readonly float[] _inputs;
        private readonly int _outputs;
        private readonly int _columns;
        private readonly PackedMatrix _packed;
        private readonly ActivationBuffer _activations;

        public Problem(WeightPrecision precision, int outputs, int columns, int rows)
        {
            var random = new Random(outputs * 1000 + columns);
            (_outputs, _columns) = (outputs, columns);
            _weights = [.. Enumerable.Range(0, outputs * columns).Select(_ => (float)(random.NextDouble() - 0.5))];
            _inputs = [.. Enumerable.Range(0, rows * columns).Select(_ => (float)(4 * random.NextDouble() - 2))];
            using var team = new WorkerTeam(2);
            fixed (float* weights = _weights)
            {
                _packed = MatrixPacker.Pack(new CheckpointTensor("w", "test", TensorType.F32, outputs, columns, (nint)weights), precision, team);
            }
            _activations = new ActivationBuffer(precision, rows, columns);
            var all = _activations.Rows(rows);
            for (var row = 0; row < rows; row++)
            {
                _inputs.AsSpan(row * columns, columns).CopyTo(new Span<float>(all.Values + row * all.Stride, columns));
            }
            all.Quantize(0, rows);
        }

        public float[][] Multiply(MatrixKernels kernels, int rows, int firstRow = 0)
        {
            var panel = new Panel
            {
                Data = _packed.Block(0),
                BlockBytes = _packed.BlockBytes,
                Scales = _packed.Precision == WeightPrecision.Int8 ? _packed.Scales(0) : null,
                Blocks = _packed.Blocks,
                Columns = _packed.PaddedColumns,
            };
            var x = _activations.Rows(rows);
            var stride = _packed.Blocks * PackedMatrix.BlockRows;
            using var y = new AlignedBuffer<float>((long)rows * stride);
            var values = x.Values + firstRow * x.Stride;
            switch (_packed.Precision)
            {
                case WeightPrecision.F32: kernels.Multiply<F32Weights>(panel, values, x.Stride, rows, y.Pointer, stride); break;
                case WeightPrecision.BF16: kernels.Multiply<BF16Weights>(panel, values, x.Stride, rows, y.Pointer, stride); break;
                default:
                    var scales = x.Scales + firstRow * (x.Stride / PackedMatrix.GroupColumns);
                    kernels.Multiply(panel, x.Quantized + firstRow * x.Stride, scales, x.Stride, rows, y.Pointer, stride);
                    break;
            }
            var result = new float[rows][];
            for (var row = 0; row < rows; row++) result[row] = new ReadOnlySpan<float>(y.Pointer + row * stride, _outputs).ToArray();
            return result;
        }

        /// <returns>The product, the sum of the terms' magnitudes, and that of the inputs'.</returns>
        public (double Value, double Magnitude, double Inputs) Exact(int row, int output)
        {
            var (sum, magnitude, inputs) = (0d, 0d, 0d);
            for (var k = 0; k < _columns; k++)
            {
                var term = (double)_weights[output * _columns + k] * _inputs[row * _columns + k];
                sum += term;
                magnitude += Math.Abs(term);
                inputs += Math.Abs(_inputs[row * _columns + k]);
            }
            return (sum, magnitude, inputs);
        }

        public void Dispose()
        {
            _packed.Dispose();
            _activations.Dispose();
        }
    }
}
