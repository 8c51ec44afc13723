namespace CodeExit.Evaluation.Energy;

/// <summary>One window of suggestions back to back.</summary>
/// <param name="Trial">From 1.</param>
/// <param name="Joules">Gross.</param>
/// <param name="NetJoules">Above idle.</param>
/// <param name="IdleWatts">What was taken for the device at rest; null where nothing was known of it: then net is gross.</param>
/// <param name="Label">How the joules came about.</param>
/// <param name="Contamination">Why they hold more than the window's own work; null where nothing points to that.</param>
public sealed record EnergyTrial(
    string Setting, int Trial, int Suggestions, int Tokens, double Seconds, double Joules, double NetJoules, double? IdleWatts, string Label, string? Contamination)
{
    public double NetJoulesPerSuggestion => NetJoules / Suggestions;

    /// <summary>Null where no token was written.</summary>
    public double? NetJoulesPerToken => Tokens > 0 ? NetJoules / Tokens : null;
}
