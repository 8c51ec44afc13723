using CodeExit.Inference.Checkpoints;
using CodeExit.Inference.Models;
using CodeExit.Inference.Tokenization;

namespace CodeExit.Cli;

/// <summary>A model that is learned for: its weights as they are, without what was learned before.</summary>
/// <param name="Model">Owns the checkpoint.</param>
internal sealed record TuningSubject(Checkpoint Checkpoint, DecoderModel Model, ITokenizer Tokenizer, int Threads) : IDisposable
{
    public void Dispose() => Model.Dispose();
}
