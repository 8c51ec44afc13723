using System.CommandLine;
using CodeExit.Cli.Input;
using CodeExit.Cli.Output;

namespace CodeExit.Cli.Commands;

/// <summary><c>codeexit inspect FILE:LINE[:COLUMN] | --tokens 1,2,3</c>: what every layer would have said.</summary>
internal static class InspectCommand
{
    public static Command Create(CliHost host)
    {
        var location = CommonOptions.Location();
        location.Arity = ArgumentArity.ZeroOrOne;
        var tokens = CommonOptions.Numbers("--tokens", "Token ids to run in place of a text; needs no tokenizer.", "token id");
        var model = CommonOptions.Model();
        var json = CommonOptions.Json();
        var logits = new Option<bool>("--logits") { Description = "With --json: all logits of the last position at full depth." };
        var command = new Command("inspect", "Shows what every layer would have said next.") { location, tokens, model, json, logits };
        command.Validators.Add(result =>
        {
            if (result.GetResult(location) is null or { Tokens.Count: 0 } == result.GetResult(tokens) is null)
            {
                result.AddError("inspect takes either FILE:LINE[:COLUMN] or --tokens.");
            }
            if (result.GetValue(logits) && !result.GetValue(json)) result.AddError("--logits goes with --json.");
        });
        command.SetAction((parsed, cancellationToken) => Task.Run(
            () => RunAsync(
                host, parsed.GetValue(location), parsed.GetValue(tokens), parsed.GetValue(model), parsed.GetValue(json), parsed.GetValue(logits), cancellationToken),
            cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(
        CliHost host, string? place, int[]? given, string? model, bool asJson, bool withLogits, CancellationToken cancellationToken)
    {
        // The place first: its faults are found without opening a model.
        var source = place is null ? null : SourceLocation.Parse(place, File.Exists);
        var text = source is null ? null : SourceText.Read(source.File);
        var offset = text?.Offset(source!);
        using var inspection = host.Composition.OpenInspection(host.Models.Resolve(model));
        var tokens = text is null ? Checked(given!, inspection.Config) : Prompt(inspection, text, offset!.Value);
        var readings = inspection.Read(tokens, cancellationToken);
        var table = LayerTable.Of(readings, inspection.Config.ExitLayers);
        if (!asJson)
        {
            new InspectionView(host).Write(tokens, table, inspection.Tokenizer);
            return ExitCode.Success;
        }
        var layers = table.Rows.Select(row => new LayerJson(row.Layer, [.. row.Top.Select(top => new TokenLogit(top.Token, top.Logit))]));
        await CliJson.WriteAsync(host.Out, new InspectionJson(tokens, [.. layers], withLogits ? readings[^1].Logits : null)).ConfigureAwait(false);
        return ExitCode.Success;
    }

    private static IReadOnlyList<int> Prompt(IInspection inspection, SourceText text, int offset)
    {
        if (inspection.Tokenizer is null) throw new CliException("this model folder has no tokenizer.json: a text needs one; give ids with --tokens");
        var prompt = inspection.Prompt(text.Text, offset);
        return prompt.Count > 0 ? prompt : throw new CliException($"{text.Path}: nothing stands before this place, so there is nothing to run");
    }

    private static int[] Checked(int[] tokens, Inference.Models.ModelConfig config)
    {
        foreach (var token in tokens)
        {
            if (token >= config.VocabularySize) throw new CliException($"token {token} is outside the vocabulary: ids go from 0 to {config.VocabularySize - 1}");
        }
        if (tokens.Length > config.MaxPositions) throw new CliException($"{tokens.Length} tokens are more than the context of {config.MaxPositions}");
        return tokens;
    }
}
