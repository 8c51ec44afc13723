namespace CodeExit.Inference.Models;

/// <summary>
/// Rows of probabilities, [rows, vocabulary], where the model lives: what tokens are drawn from. It draws no random numbers of its own; the
/// caller's decide, so that the same numbers give the same tokens.
/// </summary>
public abstract class Distributions : IDisposable
{
    protected Distributions(int rows, int vocabularySize)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(rows, 1);
        (Rows, VocabularySize) = (rows, vocabularySize);
    }

    /// <summary>Rows that it has room for.</summary>
    public int Rows { get; }

    public int VocabularySize { get; }

    /// <summary>Row becomes softmax(logits / temperature), cut to its nucleus (Holtzman et al. 2020) and rescaled to sum to 1.</summary>
    /// <param name="temperature">Above 0.</param>
    /// <param name="topP">The nucleus is the least set of tokens whose probability reaches it. Above 0; 1 keeps all.</param>
    public abstract void Set(int row, Logits logits, int logitsRow, float temperature, float topP);

    /// <summary>The first token up to which the row's probabilities add up to more than <paramref name="uniform"/>.</summary>
    /// <param name="row">The one that was set last.</param>
    /// <param name="uniform">In [0, 1).</param>
    public abstract int Draw(int row, double uniform);

    /// <summary>
    /// Speculative sampling's verdict (Leviathan et al. 2211.17192): with p this row, a draft from q stands where
    /// <paramref name="accept"/> · q &lt; p; in place of one that falls comes a draw from max(0, p − q), rescaled. The row is used up.
    /// </summary>
    /// <param name="drafted">Holds q in its row <paramref name="draftedRow"/>.</param>
    /// <param name="accept">In [0, 1), as <paramref name="redraw"/>, which only a draft that falls needs.</param>
    /// <returns>The draft exactly where it stands.</returns>
    public abstract int Verify(int row, Distributions drafted, int draftedRow, int draft, double accept, double redraw);

    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    protected abstract void Dispose(bool disposing);

    /// <summary>What every backend refuses.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such row.</exception>
    protected void CheckRow(int row) => ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)row, (uint)Rows, nameof(row));
}
