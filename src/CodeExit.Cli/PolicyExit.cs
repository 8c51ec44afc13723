using CodeExit.Inference.Decoding;

namespace CodeExit.Cli;

/// <summary>Where a policy leaves a token, and the way there.</summary>
/// <param name="Spec">As it was given.</param>
/// <param name="Stops">In order; at least one, as every token is read out somewhere.</param>
internal sealed record PolicyExit(string Spec, IReadOnlyList<PolicyStop> Stops)
{
    public PolicyStop Last => Stops[^1];
}
