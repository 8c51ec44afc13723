namespace CodeExit.Inference.Compute.Cpu;

/// <summary>Inputs of a product: F32 always, and where weights are int8 the same in 16 bits with scales.</summary>
internal readonly unsafe struct Activations
{
    /// <summary>[Rows, Stride].</summary>
    public required float* Values { get; init; }

    /// <summary>[Rows, Stride]; null unless weights are int8.</summary>
    public short* Quantized { get; init; }

    /// <summary>[Rows, Stride / 64]; null unless weights are int8.</summary>
    public float* Scales { get; init; }

    /// <summary>A multiple of 64, so that every precision's padding fits.</summary>
    public required int Stride { get; init; }

    public required int Rows { get; init; }

    /// <summary>Fills <see cref="Quantized"/> from <see cref="Values"/> for rows [first, end), where weights are int8.</summary>
    public void Quantize(int first, int end)
    {
        if (Quantized == null) return;
        for (var row = first; row < end; row++)
        {
            VectorMath.Quantize(
                Values + (long)row * Stride, Quantized + (long)row * Stride, Scales + (long)row * (Stride / PackedMatrix.GroupColumns), Stride);
        }
    }
}
