using CodeExit.Inference.EarlyExit.Learned;
using CodeExit.Training.Heads;
using CodeExit.Training.States;

namespace CodeExit.Training;

/// <summary>How good an exit is on texts that were not learned from.</summary>
/// <param name="Layer">1-based.</param>
/// <param name="Agreement">Share of tokens for which it says what full depth says, through its learned head.</param>
/// <param name="SharedAgreement">The same through the head that all exits share.</param>
/// <param name="Accuracy">Share of tokens for which it says what the text says, through its learned head.</param>
/// <param name="Regret">How many more wrong tokens leaving here costs, by full depth's own probabilities.</param>
public sealed record ExitQuality(int Layer, double Agreement, double SharedAgreement, double Accuracy, double Regret);

/// <summary>What was learned, measured on texts kept back.</summary>
/// <param name="Tokens">That it was measured on.</param>
public sealed record TuneReport(int Tokens, IReadOnlyList<ExitQuality> Exits)
{
    internal static TuneReport Of(LanguageModelHead head, TokenStates states, LearnedExits learned, CancellationToken cancellationToken)
    {
        var shared = ExitReader.Read(head, states, LearnedExits.None.Heads, cancellationToken);
        var own = ExitReader.Read(head, states, learned.Heads, cancellationToken);
        var tokens = Enumerable.Range(0, states.Count).Where(token => states.InTruth[token]).ToArray();
        double Share(Func<int, bool> holds) => tokens.Count(holds) / (double)tokens.Length;
        return new TuneReport(tokens.Length, [.. states.Exits.Select((layer, exit) => new ExitQuality(
            layer,
            Share(token => own.Agrees(exit, token)),
            Share(token => shared.Agrees(exit, token)),
            Share(token => own.Said[exit][token] == states.Next[token]),
            tokens.Average(token => own.Regret[exit][token])))]);
    }
}
