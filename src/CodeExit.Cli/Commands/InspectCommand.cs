using System.CommandLine;
using CodeExit.Cli.Input;
using CodeExit.Cli.Output;
using CodeExit.Completion;
using CodeExit.Completion.Prompts;
using CodeExit.Inference.EarlyExit;

namespace CodeExit.Cli.Commands;

/// <summary><c>codeexit inspect FILE:LINE[:COLUMN] | --tokens 1,2,3</c>: what every layer would have said, and with <c>--policy</c> where the token leaves.</summary>
internal static class InspectCommand
{
    public static Command Create(CliHost host)
    {
        var location = CommonOptions.Location();
        location.Arity = ArgumentArity.ZeroOrOne;
        var tokens = CommonOptions.Numbers("--tokens", "Token ids to run in place of a text; needs no tokenizer.", "token id");
        var model = CommonOptions.Model();
        var policy = CommonOptions.Policy();
        var json = CommonOptions.Json();
        var logits = new Option<bool>("--logits") { Description = "With --json: all logits of the last position at full depth." };
        var command = new Command("inspect", "Shows what every layer would have said next.") { location, tokens, model, policy, json, logits };
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
                host, parsed.GetValue(location), parsed.GetValue(tokens), parsed.GetValue(model), parsed.GetValue(policy), parsed.GetValue(json),
                parsed.GetValue(logits), cancellationToken),
            cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(
        CliHost host, string? place, int[]? given, string? model, string? spec, bool asJson, bool withLogits, CancellationToken cancellationToken)
    {
        // The policy and the place first: their faults are found without opening a model.
        var policy = spec is null ? null : Allowed(() => ExitPolicies.Parse(spec));
        var source = place is null ? null : SourceLocation.Parse(place, File.Exists);
        var text = source is null ? null : SourceText.Read(source.File);
        var offset = text?.Offset(source!);
        using var inspection = host.Composition.OpenInspection(host.Models.Resolve(model));
        var tokens = text is null ? Checked(given!, inspection.Config) : Prompt(inspection, text, offset!.Value);
        float[] features = text is null ? [] : PlaceFeatures.Of(text.Text, offset!.Value, LanguageNames.OfFile(source!.File));
        var exit = policy is null ? null : Allowed(() => new PolicyExit(policy.Spec, inspection.Follow(tokens, policy, features, cancellationToken)));
        var readings = inspection.Read(tokens, cancellationToken);
        var table = LayerTable.Of(readings, inspection.Config.ExitLayers);
        if (!asJson)
        {
            new InspectionView(host).Write(tokens, table, inspection.Tokenizer, exit);
            return ExitCode.Success;
        }
        var layers = table.Rows.Select(row => new LayerJson(row.Layer, [.. row.Top.Select(top => new TokenLogit(top.Token, top.Logit))]));
        var answer = new InspectionJson(tokens, [.. layers], withLogits ? readings[^1].Logits : null, exit is null ? null : ExitJson.Of(exit));
        await CliJson.WriteAsync(host.Out, answer).ConfigureAwait(false);
        return ExitCode.Success;
    }

    /// <exception cref="UsageException">What the policy's making or running refuses.</exception>
    private static T Allowed<T>(Func<T> policy)
    {
        try
        {
            return policy();
        }
        catch (ArgumentException exception)
        {
            throw new UsageException(ServiceFactory.Refusal(exception));
        }
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
