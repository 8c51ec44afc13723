using System.Globalization;
using CodeExit.Cli.Input;
using CodeExit.Completion;
using CodeExit.Telemetry;

namespace CodeExit.Cli.Output;

/// <summary>A suggestion for a person: in its place among its neighbours, and what it cost. No Spectre here: it would cost more than decoding.</summary>
internal sealed class CompletionView(TextWriter output, TerminalStyle style)
{
    private const int LinesBefore = 4;
    private const int LinesAfter = 2;
    private const string Dim = "\e[2m";
    private const string Ghost = "\e[3;32m";
    private const string Reset = "\e[0m";

    public void Write(SourceText source, int offset, CompletionResult result)
    {
        var before = source.Text.AsSpan(0, offset);
        var after = source.Text.AsSpan(offset);
        output.Write(Styled(Dim, TerminalText.Safe(LastLines(before, LinesBefore + 1))));
        output.Write(Styled(Ghost, TerminalText.Safe(result.Text)));
        output.WriteLine(Styled(Dim, TerminalText.Safe(FirstLines(after, LinesAfter + 1))));
        output.WriteLine();
        if (result.Text.Length == 0) output.WriteLine($"No suggestion here ({CompletionJson.StopReasonText(result.StopReason)}).");
        output.WriteLine(Cost(result));
        output.WriteLine(Mode(result));
    }

    /// <summary>One line: the mode, its policy, and what it promises.</summary>
    internal static string Mode(CompletionResult result) =>
        $"{result.Mode}: {result.Policy}{(result.Calibration is { } calibration ? ", " + calibration.Promise : "")}";

    /// <summary>One line: tokens, layers, time, speed, energy.</summary>
    internal static string Cost(CompletionResult result)
    {
        var layers = LayersJson.Of(result.LayersPerToken);
        // The first token comes out of prefill: what decoding made are the others.
        var speed = result.Tokens > 1 && result.Latency.Decode > 0 ? Text($", {(result.Tokens - 1) * 1000 / result.Latency.Decode:0} tok/s") : "";
        return Text($"{Plural(result.Tokens, "token")} from {result.PromptTokens} ({result.PromptTokensReused} reused)")
            + Text($" · {layers.Mean:0.#} of {result.LayerCount} layers, {layers.Total} in all")
            + Text($" · first token {result.Latency.FirstToken:0} ms, total {result.Latency.Total:0} ms{speed}")
            + $" · {Energy(result.Energy)}{(result.ProcessorEnergy is { IsCompletedSuccessfully: true, Result: var processor } ? $"; the processor apart: {Energy(processor)}" : "")}";
    }

    private static string Energy(EnergyMeasurement energy)
    {
        if (energy.Joules is not { } joules) return energy.Source == "none" ? "energy cannot be measured here" : $"no joules: {energy.Source}";
        var doubt = energy.Contamination is { } contamination ? "; " + contamination : "";
        return Text($"{joules:0.###} J ({energy.NetJoules:0.###} J above idle; {energy.Label.Text()}, {energy.Scope}{doubt})");
    }

    private string Styled(string code, string text) => style == TerminalStyle.Plain || text.Length == 0 ? text : code + text.Replace("\n", Reset + "\n" + code) + Reset;

    private static ReadOnlySpan<char> LastLines(ReadOnlySpan<char> text, int lines)
    {
        var start = text.Length;
        while (lines-- > 0)
        {
            // Before the line feed that ends the line above; the first line has none.
            start = text[..start].LastIndexOf('\n');
            if (start < 0) return text;
        }
        return text[(start + 1)..];
    }

    private static ReadOnlySpan<char> FirstLines(ReadOnlySpan<char> text, int lines)
    {
        var end = 0;
        while (lines-- > 0)
        {
            var next = text[end..].IndexOf('\n');
            if (next < 0) return text;
            end += next + 1;
        }
        return text[..(end - 1)];
    }

    private static string Plural(int count, string noun) => count == 1 ? $"1 {noun}" : $"{count} {noun}s";

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
