using CodeExit.Inference.Decoding;
using CodeExit.Inference.EarlyExit;
using CodeExit.Inference.Models;
using CodeExit.Inference.Tokenization;

namespace CodeExit.Cli;

/// <summary>What one layer would have said about the token after the last position.</summary>
/// <param name="Layer">1-based: the state after this many blocks, through the final norm and head.</param>
/// <param name="Logits">One per id of the vocabulary, F32 arithmetic.</param>
internal sealed record LayerReading(int Layer, float[] Logits);

/// <summary>A model opened to look into its layers.</summary>
internal interface IInspection : IDisposable
{
    ModelConfig Config { get; }

    /// <summary>Null where the folder has no tokenizer.</summary>
    ITokenizer? Tokenizer { get; }

    /// <summary>The very prompt that a completion at this place would run.</summary>
    /// <param name="offset">The cursor, in UTF-16 units.</param>
    IReadOnlyList<int> Prompt(string text, int offset);

    /// <summary>Runs the tokens and reads every layer at the last position, first layer first.</summary>
    /// <exception cref="ArgumentException">No tokens, more than the context holds, or an id outside the vocabulary.</exception>
    IReadOnlyList<LayerReading> Read(IReadOnlyList<int> tokens, CancellationToken cancellationToken);

    /// <summary>Runs the tokens as decoding would, and notes where the policy leaves the next one, and why.</summary>
    /// <param name="place">What is known of the place in the text; empty where there is none.</param>
    /// <exception cref="ArgumentException">As for <see cref="Read"/>, or the model lacks what the policy needs.</exception>
    IReadOnlyList<PolicyStop> Follow(IReadOnlyList<int> tokens, IExitPolicy policy, IReadOnlyList<float> place, CancellationToken cancellationToken);
}
