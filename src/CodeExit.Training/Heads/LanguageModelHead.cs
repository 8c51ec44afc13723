using System.Numerics.Tensors;
using CodeExit.Inference.Checkpoints;
using CodeExit.Inference.Compute.Cpu;
using CodeExit.Inference.Models;

namespace CodeExit.Training.Heads;

/// <summary>The part of a model behind its layers, frozen: the final norm's statistics, and the LM head forwards and backwards.</summary>
internal sealed class LanguageModelHead : IDisposable
{
    private readonly ModelConfig _config;
    private readonly FixedMatrix _logits;
    private readonly FixedMatrix _gradient;

    public LanguageModelHead(Checkpoint checkpoint, int threads)
    {
        _config = checkpoint.Config;
        var tensors = checkpoint.Tensors;
        var (vocabulary, hidden) = (_config.VocabularySize, _config.HiddenSize);
        var head = tensors.Head.Weight.ToArray();
        if (tensors.ProjectOut is { } project) head = Product(head, vocabulary, project.Weight.ToArray(), hidden, threads);
        _logits = new FixedMatrix(head, vocabulary, hidden, threads);
        _gradient = new FixedMatrix(Transposed(head, vocabulary, hidden), hidden, vocabulary, threads);
        HasNorm = tensors.FinalNorm is not null;
        NormWeight = tensors.FinalNorm?.Weight?.ToArray() ?? [.. Enumerable.Repeat(1f, hidden)];
        NormBias = tensors.FinalNorm?.Bias?.ToArray() ?? new float[hidden];
    }

    public int Hidden => _config.HiddenSize;

    public int Vocabulary => _config.VocabularySize;

    /// <summary>False only for OPT-350m: states are read out as they are.</summary>
    public bool HasNorm { get; }

    /// <summary>[hidden]: ones where the model has none.</summary>
    public float[] NormWeight { get; }

    /// <summary>[hidden]: zeros where the model has none.</summary>
    public float[] NormBias { get; }

    /// <summary>A state as the final norm has it, before its weight and bias.</summary>
    public void Normalize(ReadOnlySpan<float> state, Span<float> normalized)
    {
        if (!HasNorm)
        {
            state.CopyTo(normalized);
            return;
        }
        var mean = _config.Norm == NormKind.Layer ? TensorPrimitives.Sum(state) / state.Length : 0;
        TensorPrimitives.Subtract(state, mean, normalized);
        var square = TensorPrimitives.SumOfSquares<float>(normalized) / state.Length;
        TensorPrimitives.Multiply(normalized, 1 / MathF.Sqrt(square + _config.NormEpsilon), normalized);
    }

    /// <param name="z">[count, hidden], behind the norm.</param>
    /// <param name="logits">[count, vocabulary].</param>
    public void Logits(float[] z, int count, float[] logits) => _logits.Multiply(z, count, logits);

    /// <param name="dLogits">[count, vocabulary].</param>
    /// <param name="dz">[count, hidden].</param>
    public void Backward(float[] dLogits, int count, float[] dz) => _gradient.Multiply(dLogits, count, dz);

    public void Dispose()
    {
        _logits.Dispose();
        _gradient.Dispose();
    }

    /// <summary>head · project, for OPT-350m: [vocabulary, embedding] · [embedding, hidden].</summary>
    private static float[] Product(float[] head, int vocabulary, float[] project, int hidden, int threads)
    {
        var embedding = project.Length / hidden;
        var product = new float[(long)vocabulary * hidden];
        using var matrix = new FixedMatrix(Transposed(project, embedding, hidden), hidden, embedding, threads);
        matrix.Multiply(head, vocabulary, product);
        return product;
    }

    private static float[] Transposed(float[] values, int rows, int columns)
    {
        var transposed = new float[values.Length];
        Parallel.For(0, columns, column =>
        {
            for (var row = 0; row < rows; row++) transposed[(long)column * rows + row] = values[(long)row * columns + column];
        });
        return transposed;
    }
}
