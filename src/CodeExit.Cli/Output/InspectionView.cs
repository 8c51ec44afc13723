using System.Globalization;
using System.Text;
using CodeExit.Inference.Decoding;
using CodeExit.Inference.EarlyExit;
using CodeExit.Inference.Tokenization;
using Spectre.Console;

namespace CodeExit.Cli.Output;

/// <summary>What each layer would have said, as a table: where the answer appears, and from where on it stays.</summary>
internal sealed class InspectionView(CliHost host)
{
    private const int BarCells = 10;
    private const int ContextTokens = 12;

    /// <param name="tokenizer">Null shows ids in place of text.</param>
    /// <param name="exit">Null where no policy was asked about.</param>
    public void Write(IReadOnlyList<int> tokens, LayerTable layers, ITokenizer? tokenizer, PolicyExit? exit)
    {
        var console = SpectreOutput.Console(host);
        var tail = string.Concat(tokens.Skip(tokens.Count - ContextTokens).Select(token => Name(token, tokenizer) + (tokenizer is null ? " " : "")));
        var more = tokens.Count > ContextTokens ? "…" : "";
        console.MarkupLineInterpolated($"[dim]{tokens.Count} tokens: {more}{tail}[/]");

        var table = new Table().Border(TableBorder.Rounded).BorderColor(Color.Grey);
        table.AddColumn(new TableColumn("layer").RightAligned());
        table.AddColumn("exit");
        table.AddColumn("says");
        table.AddColumn("probability");
        table.AddColumn("then");
        table.AddColumn("final answer");
        var answer = layers.Rows[^1].Answer;
        foreach (var row in layers.Rows) table.AddRow(Cells(row, answer, tokenizer, exit?.Last));
        console.Write(table);

        var saved = layers.Rows.Count - layers.SettledAt;
        console.MarkupLineInterpolated($"The answer [green]{Name(answer, tokenizer)}[/] stands from layer {layers.SettledAt} of {layers.Rows.Count} on: {saved} layers did not change it.");
        if (exit is not null) WriteReasons(console, exit, layers.Rows.Count);
    }

    private static void WriteReasons(IAnsiConsole console, PolicyExit exit, int layers)
    {
        var does = exit.Last.Action == ExitAction.Stop ? "ends the suggestion" : "reads the token out";
        console.MarkupLineInterpolated($"[bold]{exit.Spec}[/] {does} after layer {exit.Last.Layer} of {layers}:");
        foreach (var stop in exit.Stops)
        {
            console.MarkupLineInterpolated($"  layer {stop.Layer,2}  {EvidenceText.Action(stop.Action),-8}  {EvidenceText.Reason(stop, layers)}");
        }
    }

    private static Markup[] Cells(LayerRow row, int answer, ITokenizer? tokenizer, PolicyStop? left)
    {
        var style = row.Answer == answer ? "green" : row.Top.Any(top => top.Token == answer) ? "yellow" : "grey";
        var best = row.Top[0];
        var others = string.Join("  ", row.Top.Skip(1).Take(2).Select(top => $"{Name(top.Token, tokenizer)} {Percent(top.Probability).TrimStart()}"));
        return
        [
            new Markup(row.Layer.ToString(CultureInfo.InvariantCulture)),
            new Markup((row.IsExit ? "●" : "") + (left?.Layer == row.Layer ? $" ◀ {EvidenceText.Action(left.Value.Action)}" : "")),
            new Markup($"[{style}]{Markup.Escape(Name(best.Token, tokenizer))}[/]"),
            new Markup($"[{style}]{Bar(best.Probability)}[/] {Percent(best.Probability)}"),
            new Markup($"[dim]{Markup.Escape(others)}[/]"),
            new Markup($"{Bar(row.FinalProbability)} {Percent(row.FinalProbability)}"),
        ];
    }

    /// <summary>Eighths of a cell, so that ten cells show steps of just over 1 %.</summary>
    internal static string Bar(double probability)
    {
        var eighths = (int)Math.Round(Math.Clamp(probability, 0, 1) * BarCells * 8);
        var bar = new StringBuilder(BarCells).Append('█', eighths / 8);
        if (eighths % 8 > 0) bar.Append("▏▎▍▌▋▊▉"[eighths % 8 - 1]);
        return bar.Append(' ', BarCells - bar.Length).ToString();
    }

    private static string Percent(double probability) => string.Create(CultureInfo.InvariantCulture, $"{probability * 100,3:0} %");

    private static string Name(int token, ITokenizer? tokenizer)
    {
        if (tokenizer is null) return token.ToString(CultureInfo.InvariantCulture);
        var bytes = tokenizer.Bytes(token);
        return bytes.IsEmpty ? $"#{token}" : TerminalText.Visible(Encoding.UTF8.GetString(bytes));
    }
}
