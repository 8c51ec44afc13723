using CodeExit.Inference.EarlyExit.Learned;
using CodeExit.Training.Networks;

namespace CodeExit.Training.Policies;

/// <summary>How <see cref="LogisticTrainer"/> learns.</summary>
internal sealed record LogisticOptions
{
    /// <summary>Widths of the layers between input and output; none for a linear probe.</summary>
    public int[] Hidden { get; init; } = [];

    public int Epochs { get; init; } = 6;

    public int Batch { get; init; } = 256;

    /// <summary>Adam's, falling to zero along a line.</summary>
    public float LearningRate { get; init; } = 2e-3f;

    /// <summary>Decoupled weight decay.</summary>
    public float Decay { get; init; } = 0.05f;
}

/// <summary>What is learned of one sample.</summary>
/// <param name="Input">Fills the network's input.</param>
/// <param name="Target">Fills the probability that each output should give; filled after the input of the same sample.</param>
/// <param name="Weight">Fills what each output's error counts.</param>
internal delegate void LogisticSample(int sample, Span<float> input, Span<float> target, Span<float> weight);

/// <summary>Learns a probe whose outputs are logits of probabilities, by weighted cross-entropy.</summary>
internal static class LogisticTrainer
{
    public static ProbeNetwork Train(
        int inputs, int outputs, int samples, LogisticSample read, LogisticOptions options, int seed, CancellationToken cancellationToken)
    {
        var random = new Random(seed);
        var network = new TrainableNetwork([inputs, .. options.Hidden, outputs], options.Batch, seed);
        var order = Enumerable.Range(0, samples).ToArray();
        var (x, target, weight) = (new float[options.Batch * inputs], new float[options.Batch * outputs], new float[options.Batch * outputs]);
        var count = Math.Min(options.Batch, samples);
        var steps = count == 0 ? 0 : Math.Max(1, options.Epochs * samples / count);
        var place = samples;
        for (var step = 0; step < steps; step++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            for (var row = 0; row < count; row++)
            {
                if (place == samples)
                {
                    random.Shuffle(order);
                    place = 0;
                }
                read(order[place++], x.AsSpan(row * inputs, inputs), target.AsSpan(row * outputs, outputs), weight.AsSpan(row * outputs, outputs));
            }
            network.Forward(x, count);
            var (logits, gradient) = (network.Outputs, network.OutputGradient);
            for (var i = 0; i < count * outputs; i++) gradient[i] = weight[i] * (ProbeNetwork.Probability(logits[i]) - target[i]) / count;
            network.Backward(x, count);
            network.Step(options.LearningRate * (1 - (float)step / steps), decay: options.Decay);
        }
        return network.ToProbe();
    }
}
