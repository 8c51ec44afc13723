using CodeExit.Inference.EarlyExit.Learned;
using CodeExit.Tests.Training.Networks;
using CodeExit.Training.Heads;

namespace CodeExit.Tests.Training.Heads;

/// <summary>
/// n = normalized · norm + bias, z = n + Up (Down n), logits = L z and their cross-entropy with a distribution, in double precision, sums as
/// the formulas have them.
/// </summary>
internal sealed class NaiveHead
{
    private readonly double[] _head; // [vocabulary, hidden]
    private readonly double[] _bias;

    public NaiveHead(LanguageModelHead model, ExitHead head)
    {
        (Norm, Down, Up) = (NaiveNetwork.Doubles(head.Norm), NaiveNetwork.Doubles(head.Down), NaiveNetwork.Doubles(head.Up));
        _bias = NaiveNetwork.Doubles(model.NormBias);
        _head = Matrix(model);
    }

    public double[] Norm { get; }

    public double[] Down { get; }

    public double[] Up { get; }

    public double[] Distribution(ReadOnlySpan<float> normalized)
    {
        var hidden = Norm.Length;
        var n = new double[hidden];
        for (var i = 0; i < hidden; i++) n[i] = normalized[i] * Norm[i] + _bias[i];
        var inner = Product(Down, n);
        var residual = Product(Up, inner);
        for (var i = 0; i < hidden; i++) residual[i] += n[i];
        var logits = Product(_head, residual);
        var most = logits.Max();
        var sum = logits.Sum(logit => Math.Exp(logit - most));
        return [.. logits.Select(logit => Math.Exp(logit - most) / sum)];
    }

    /// <summary>−Σ p log q, averaged over rows.</summary>
    public double CrossEntropy(float[] normalized, double[][] wanted)
    {
        var loss = 0.0;
        for (var row = 0; row < wanted.Length; row++)
        {
            var said = Distribution(normalized.AsSpan(row * Norm.Length, Norm.Length));
            for (var token = 0; token < said.Length; token++) loss -= wanted[row][token] * Math.Log(said[token]);
        }
        return loss / wanted.Length;
    }

    /// <summary>The LM head's own weights, asked for with one unit vector after the other.</summary>
    private static double[] Matrix(LanguageModelHead model)
    {
        var matrix = new double[model.Vocabulary * model.Hidden];
        var (unit, logits) = (new float[model.Hidden], new float[model.Vocabulary]);
        for (var column = 0; column < model.Hidden; column++)
        {
            unit[column] = 1;
            model.Logits(unit, 1, logits);
            unit[column] = 0;
            for (var token = 0; token < logits.Length; token++) matrix[token * model.Hidden + column] = logits[token];
        }
        return matrix;
    }

    private static double[] Product(double[] matrix, double[] x)
    {
        var y = new double[matrix.Length / x.Length];
        for (var row = 0; row < y.Length; row++)
        {
            for (var k = 0; k < x.Length; k++) y[row] += matrix[row * x.Length + k] * x[k];
        }
        return y;
    }
}
