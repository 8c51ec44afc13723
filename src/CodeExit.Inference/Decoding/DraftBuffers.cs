using CodeExit.Inference.Models;

namespace CodeExit.Inference.Decoding;

/// <summary>Where drafts are kept while they are verified: what each was drawn from, and what full depth says of them all.</summary>
/// <param name="most">Drafts of one verification.</param>
internal sealed class DraftBuffers(DecoderModel model, int most) : IDisposable
{
    public int Most => most;

    /// <summary>A row for each draft.</summary>
    public Distributions Distributions { get; } = model.CreateDistributions(most);

    /// <summary>A row for each draft, and one for the token behind them.</summary>
    public Logits Verified { get; } = model.CreateLogits(most + 1);

    public void Dispose()
    {
        Distributions.Dispose();
        Verified.Dispose();
    }
}
