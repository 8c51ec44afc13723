using CodeExit.Inference.Checkpoints;
using CodeExit.Inference.Compute.Gpu;
using CodeExit.Inference.Compute.Gpu.OpenCl;
using CodeExit.Tests.Inference.Checkpoints;

namespace CodeExit.Tests.Inference.Compute.Gpu;

/// <summary>Every variant of attention against double precision, and bit for bit against the others.</summary>
public sealed class GpuAttentionTests : IDisposable
{
    // Outputs are means of values up to 2. Scores are some units at most: as F32 sums they err by some 1e-6, and their powers by as much.
    private const double Tolerance = 1e-5;

    private readonly GpuRuntime? _runtime = TestGpu.WhyNone is null ? new GpuRuntime(TestGpu.Device) : null;

    public void Dispose() => _runtime?.Dispose();

    /// <summary>
    /// Heads (of a group: 2, 7, 1, 16, 3) of widths that fill no vector or strip, of three layouts of lanes, and wider than all lanes;
    /// contexts of one piece, at the edge of one, and of many; windows within a piece and over several.
    /// </summary>
    public static TheoryData<int, int, int, int, int, int> Shapes => new()
    {
        // query heads, key heads, width, first position, rows, window
        { 4, 2, 10, 0, 3, int.MaxValue },
        { 14, 2, 64, 383, 3, int.MaxValue },
        { 14, 2, 64, 190, 40, 100 },
        { 2, 2, 100, 60, 9, int.MaxValue },
        { 16, 1, 33, 250, 5, 9 },
        { 3, 1, 130, 320, 2, 129 },
        { 3, 1, 130, 5, 130, int.MaxValue },
        { 2, 1, 300, 100, 20, 70 },
    };

    [GpuTheory]
    [MemberData(nameof(Shapes))]
    public void Attend_EachVariant_EqualsDoublePrecision(int queryHeads, int keyHeads, int width, int position, int rows, int window)
    {
        var inputs = new Inputs(_runtime!, queryHeads, keyHeads, width, position, rows);
        var attention = inputs.Attention();

        foreach (var shared in attention.SharedQueries)
        {
            foreach (var isSplit in new[] { false, true })
            {
                var actual = inputs.Attend(attention, 0, rows, window, shared, isSplit);
                for (var row = 0; row < rows; row++)
                {
                    for (var i = 0; i < queryHeads * width; i++)
                    {
                        var expected = inputs.Expected(row, i / width, i % width, window);
                        Assert.InRange(actual[row][i], expected - Tolerance, expected + Tolerance);
                    }
                }
            }
        }
    }

    /// <summary>The bits of a row: in a batch or alone, split or not, with few or many queries beside it, on a device with less local memory.</summary>
    [GpuTheory]
    [MemberData(nameof(Shapes))]
    public void Attend_EveryWay_IsBitIdentical(int queryHeads, int keyHeads, int width, int position, int rows, int window)
    {
        var inputs = new Inputs(_runtime!, queryHeads, keyHeads, width, position, rows);
        using var small = new GpuRuntime(TestGpu.Device with { LocalMemoryBytes = 12_500 });
        var elsewhere = new Inputs(small, queryHeads, keyHeads, width, position, rows);
        var (attention, constrained) = (inputs.Attention(), elsewhere.Attention());
        Assert.Contains(4, constrained.SharedQueries);
        var expected = inputs.Attend(attention, 0, rows, window, attention.SharedQueries.Max(), isSplit: false);

        foreach (var isSplit in new[] { false, true })
        {
            foreach (var shared in attention.SharedQueries) AssertSame(0, inputs.Attend(attention, 0, rows, window, shared, isSplit));
            foreach (var shared in constrained.SharedQueries) AssertSame(0, elsewhere.Attend(constrained, 0, rows, window, shared, isSplit));
            for (var row = 0; row < rows; row += Math.Max(1, rows / 7)) // alone, and the rest behind what is skipped
            {
                foreach (var shared in attention.SharedQueries)
                {
                    AssertSame(row, inputs.Attend(attention, row, 1, window, shared, isSplit));
                    AssertSame(row, inputs.Attend(attention, row, rows - row, window, shared, isSplit));
                }
            }
        }
        AssertSame(0, inputs.Attend(attention, 0, rows, window));

        void AssertSame(int first, float[][] actual)
        {
            for (var row = 0; row < actual.Length; row++)
            {
                Assert.Equal(expected[first + row].Select(BitConverter.SingleToUInt32Bits), actual[row].Select(BitConverter.SingleToUInt32Bits));
            }
        }
    }

    /// <summary>Positions behind the last row may hold what another sequence left.</summary>
    [GpuFact]
    public void Attend_NoNumbersBehindTheLastRow_AreNotSeen()
    {
        var inputs = new Inputs(_runtime!, 4, 2, 20, 70, 3);
        var expected = inputs.Attend(inputs.Attention(), 0, 3, int.MaxValue);

        inputs.Spoil(73);

        Assert.Equal(expected, inputs.Attend(inputs.Attention(), 0, 3, int.MaxValue));
        Assert.All(expected, row => Assert.All(row, value => Assert.True(float.IsFinite(value))));
    }

    /// <summary>A group goes through a few pieces alone; over more of them, one launch goes through all at once and another merges.</summary>
    [GpuTheory]
    [InlineData(255, 1, 1)]
    [InlineData(256, 1, 2)]
    [InlineData(400, 5, 2)]
    [InlineData(10, 400, 1)] // so many rows keep a card busy
    public void Attend_ManyPieces_IsTwoLaunches(int position, int rows, int expected)
    {
        var inputs = new Inputs(_runtime!, 16, 16, 4, position, rows);
        var attention = inputs.Attention();
        var before = _runtime!.Launches;

        inputs.Attend(attention, 0, rows, int.MaxValue);

        Assert.Equal(expected, _runtime.Launches - before);
    }

    [GpuFact]
    public void Create_HeadsThatNeedMoreLocalMemory_AreRefusedWithTheNumbers()
    {
        using var small = new GpuRuntime(TestGpu.Device with { LocalMemoryBytes = 32 << 10 });

        var refusal = Assert.Throws<GpuException>(() => new GpuAttention(small, 1, 1, 2000, 64));

        Assert.StartsWith("heads of 2000 take 39264 bytes of local memory, and ", refusal.Message, StringComparison.Ordinal);
        Assert.EndsWith("has 32768", refusal.Message, StringComparison.Ordinal);
    }

    [GpuFact]
    public void Create_AModelsCache_TakesWholePieces()
    {
        var config = Checkpoint.ReadConfig(Fixtures.Folder("llama-base"));
        var before = _runtime!.AllocatedBytes;
        using var cache = new GpuKvCache(_runtime, config, 70);

        var buffers = Enumerable.Range(0, config.LayerCount).Sum(layer => cache.Keys(layer).Bytes + cache.Values(layer).Bytes);

        Assert.Equal(buffers, _runtime.AllocatedBytes - before);
        Assert.Equal(2L * 3 * 2 * 128 * 10 * sizeof(float), buffers); // layers, heads, positions in whole pieces, width
    }

    /// <summary>A filled cache and queries behind two rows that are skipped. The same numbers on every device.</summary>
    private sealed class Inputs
    {
        private const int Skipped = 2;

        private readonly GpuRuntime _runtime;
        private readonly GpuHeads _heads;
        private readonly GpuRows _rows;
        private readonly GpuRows _output;
        private readonly int _position;
        private readonly float[] _keys, _values, _queries;
        private ((int Row, int Head, int Window) Of, double[] Weights) _last; // what every dimension of a head shares

        public Inputs(GpuRuntime runtime, int queryHeads, int keyHeads, int width, int position, int rows)
        {
            var random = new Random(11);
            var capacity = ((position + rows) / GpuAttention.Piece + 1) * GpuAttention.Piece;
            var stride = GpuRows.Pad(queryHeads * width);
            float[] Numbers(int count) => [.. Enumerable.Range(0, count).Select(_ => 4 * random.NextSingle() - 2)];
            (_runtime, _position) = (runtime, position);
            (_keys, _values, _queries) = (Numbers(keyHeads * width * capacity), Numbers(keyHeads * width * capacity), Numbers((Skipped + rows) * stride));
            _heads = new GpuHeads(queryHeads, keyHeads, width, runtime.Upload<float>(_keys), runtime.Upload<float>(_values), capacity);
            _rows = new GpuRows(runtime.Upload<float>(_queries), stride, Skipped, rows);
            _output = new GpuRows(runtime.Allocate((long)rows * stride * sizeof(float)), stride, 0, rows);
        }

        public GpuAttention Attention() => new(_runtime, _heads.Queries, _heads.KeyValues, _heads.Dim, _heads.Capacity);

        /// <summary>Makes keys and values from a position on no numbers.</summary>
        public void Spoil(int from)
        {
            for (var position = from; position < _heads.Capacity; position++)
            {
                for (var i = 0; i < _heads.KeyValues * _heads.Dim; i++)
                {
                    _runtime.Write<float>(_heads.Keys, (long)i * _heads.Capacity + position, [float.NaN]);
                    var (head, d) = Math.DivRem(i, _heads.Dim);
                    _runtime.Write<float>(_heads.Values, ((long)head * _heads.Capacity + position) * _heads.Dim + d, [float.PositiveInfinity]);
                }
            }
        }

        public float[][] Attend(GpuAttention attention, int first, int rows, int window) =>
            Read(first, rows, (queries, y) => attention.Attend(queries, _heads, _position + first, window, y));

        public float[][] Attend(GpuAttention attention, int first, int rows, int window, int shared, bool isSplit) =>
            Read(first, rows, (queries, y) => attention.Attend(queries, _heads, _position + first, window, y, shared, isSplit));

        public double Expected(int row, int head, int d, int window)
        {
            var (dim, capacity, keyHead, last) = (_heads.Dim, _heads.Capacity, head / (_heads.Queries / _heads.KeyValues), _position + row);
            var seen = Enumerable.Range(0, last + 1).Where(position => position > (long)last - window).ToArray();
            var query = _queries.AsSpan((Skipped + row) * _rows.Stride + head * dim, dim).ToArray();
            if (_last.Of != (row, head, window))
            {
                var scores = seen.Select(p => query.Select((q, i) => (double)q * _keys[(keyHead * dim + i) * capacity + p]).Sum() / Math.Sqrt(dim)).ToArray();
                _last = ((row, head, window), [.. scores.Select(score => Math.Exp(score - scores.Max()))]);
            }
            return seen.Select((p, i) => _last.Weights[i] * _values[(keyHead * capacity + p) * dim + d]).Sum() / _last.Weights.Sum();
        }

        private float[][] Read(int first, int rows, Action<GpuRows, GpuRows> attend)
        {
            var all = new float[rows * _output.Stride];
            _runtime.Write<float>(_output.Buffer, 0, [.. Enumerable.Repeat(float.NaN, all.Length)]); // nothing may be left of an earlier run
            attend(_rows with { First = Skipped + first, Count = rows }, _output with { Count = rows });
            _runtime.Read<float>(_output.Buffer, 0, all);
            return [.. all.Chunk(_output.Stride).Select(row => row[..(_heads.Queries * _heads.Dim)])];
        }
    }
}
