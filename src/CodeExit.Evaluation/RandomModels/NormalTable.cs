namespace CodeExit.Evaluation.RandomModels;

/// <summary>
/// Fills BF16 tensors with normal(0, 0.02) values, gigabytes of them: 65,536 values are drawn once (Box-Muller), then picked at random,
/// four for each step of the generator.
/// </summary>
internal sealed class NormalTable
{
    private const double StandardDeviation = 0.02;
    private readonly ushort[] _values = new ushort[1 << 16];
    private ulong _state;

    /// <param name="seed">The same seed gives the same values.</param>
    public NormalTable(int seed)
    {
        var random = new Random(seed);
        for (var i = 0; i < _values.Length; i++)
        {
            var radius = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble()));
            _values[i] = ToBrainFloat((float)(StandardDeviation * radius * Math.Cos(2 * Math.PI * random.NextDouble())));
        }
        _state = (ulong)random.NextInt64(1, long.MaxValue);
    }

    public void Fill(Span<ushort> destination)
    {
        for (var i = 0; i < destination.Length; i += 4)
        {
            var bits = Next();
            var count = Math.Min(4, destination.Length - i);
            for (var part = 0; part < count; part++) destination[i + part] = _values[(ushort)(bits >> (16 * part))];
        }
    }

    /// <summary>Rounds to nearest even: the upper half of the F32 bits.</summary>
    internal static ushort ToBrainFloat(float value)
    {
        var bits = BitConverter.SingleToUInt32Bits(value);
        return (ushort)((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16);
    }

    /// <summary>xorshift64* (Vigna 2016).</summary>
    private ulong Next()
    {
        _state ^= _state >> 12;
        _state ^= _state << 25;
        _state ^= _state >> 27;
        return _state * 0x2545F4914F6CDD1D;
    }
}
