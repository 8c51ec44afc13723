using System.Globalization;
using CodeExit.Evaluation.Reports;

namespace CodeExit.Evaluation.Replay;

/// <summary>The report as rows for a person. J are net of idle, all requests in them.</summary>
public static class ReplayTable
{
    public static IReadOnlyList<string> Columns { get; } =
    [
        "setting", "policy", "requests", "not asked", "shown", "accepted", "of the text", "J / request", "J / shown", "J / accepted char", "wasted", "cancelled",
        "not accepted", "key to text p50", "p95", "prompt reused", "from cache", "from running", "idle W", "label",
    ];

    public static IReadOnlyList<string> Row(ReplayResult result) =>
    [
        result.Name, result.Policy, Text(result.Requests, "0"), Text(result.NotAsked, "0"), Text(result.Shown, "0"), Text(result.Accepted, "0"), Percent(result.AcceptedShare),
        Joules(result.JoulesPerRequest), Joules(result.JoulesPerShown), Joules(result.JoulesPerAcceptedCharacter),
        Percent(result.WastedShare), Percent(result.Wasted.Cancelled + result.Wasted.Superseded), Percent(result.Wasted.NothingToShow + result.Wasted.SaidAgain + result.Wasted.NotAccepted),
        Milliseconds(result.KeystrokeToTextMs.P50), Milliseconds(result.KeystrokeToTextMs.P95), Percent(result.PromptTokensReusedShare),
        Percent(Of(result.Answered.Cache, result.Answered.All)), Percent(Of(result.Answered.Running, result.Answered.All)),
        Text(result.IdleWatts, "0.0"), result.Label,
    ];

    private static double? Of(int part, int all) => all > 0 ? (double)part / all : null;

    private static string Joules(double? joules) => joules is { } value ? EnergyWords.Figures(value) : "–";

    private static string Percent(double? share) => share is null ? "–" : Text(share * 100, "0.0") + " %";

    private static string Milliseconds(double? value) => value is null ? "–" : Text(value, "0") + " ms";

    private static string Text(double? value, string format) => value?.ToString(format, CultureInfo.InvariantCulture) ?? "–";
}
