using System.CommandLine;
using CodeExit.Cli.Input;
using CodeExit.Cli.Output;
using CodeExit.Completion;

namespace CodeExit.Cli.Commands;

/// <summary><c>codeexit complete FILE:LINE[:COLUMN]</c>: one suggestion and what it cost.</summary>
internal static class CompleteCommand
{
    public static Command Create(CliHost host)
    {
        var location = CommonOptions.Location();
        var json = CommonOptions.Json();
        var model = CommonOptions.Model();
        var depth = new DepthOptions();
        var placement = new PlacementOptions();
        var otlp = CommonOptions.Otlp();
        var maxTokens = CommonOptions.Number<int>("--max-tokens", "N", "Most tokens to produce.", value => value >= 1, "a whole number, 1 or more");
        var temperature = CommonOptions.Number<float>(
            "--temperature", "T", "0 is greedy.", value => value >= 0 && float.IsFinite(value), "a number, 0 (greedy) or more");
        var topP = CommonOptions.Number<float>("--top-p", "P", "Nucleus of the sampling; 1 keeps all.", value => value is > 0 and <= 1, "above 0 and at most 1");
        var seed = CommonOptions.Number<ulong>("--seed", "N", "The same seed gives the same text.", static _ => true, "a whole number, 0 or more");
        var command = new Command("complete", "Completes the code at a place in a file.")
        {
            location, json, model, maxTokens, temperature, topP, seed, otlp,
        };
        depth.AddTo(command);
        placement.AddTo(command);
        command.SetAction((parsed, cancellationToken) => RunAsync(
            host,
            parsed.GetRequiredValue(location),
            parsed.GetValue(model),
            new CompletionSettings
            {
                Depth = depth.Read(parsed),
                Placement = placement.Read(parsed),
                Temperature = parsed.GetValue(temperature) ?? 0,
                TopP = parsed.GetValue(topP) ?? 1,
                Seed = parsed.GetValue(seed) ?? 0,
                Otlp = parsed.GetValue(otlp),
                Warn = line => host.Error.WriteLine("codeexit: " + line),
            },
            parsed.GetValue(maxTokens),
            parsed.GetValue(json),
            cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(
        CliHost host, string place, string? model, CompletionSettings settings, int? maxTokens, bool asJson, CancellationToken cancellationToken)
    {
        var location = SourceLocation.Parse(place, File.Exists);
        var source = SourceText.Read(location.File);
        var offset = source.Offset(location);
        using var service = ServiceFactory.Create(host, host.Models.Resolve(model), settings);
        await ServiceFactory.LoadAsync(service, cancellationToken).ConfigureAwait(false); // so that the latency told is the request's own
        var request = new CompletionRequest(source.Text, offset) { LanguageId = LanguageNames.OfFile(location.File), MaxTokens = maxTokens };
        var result = await service.CompleteAsync(request, cancellationToken).ConfigureAwait(false)
            ?? throw new CliException("the request was superseded by another");
        if (result.MeasuredEnergy is { } measured) result = result with { Energy = await measured.WaitAsync(cancellationToken).ConfigureAwait(false) };
        if (result.ProcessorEnergy is { } processor) await processor.WaitAsync(cancellationToken).ConfigureAwait(false);
        if (asJson) await CliJson.WriteAsync(host.Out, CompletionJson.Of(result)).ConfigureAwait(false);
        else new CompletionView(host.Out, host.Style).Write(source, offset, result);
        return ExitCode.Success;
    }
}
