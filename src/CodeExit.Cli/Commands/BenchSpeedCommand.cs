using System.CommandLine;
using CodeExit.Cli.Input;
using CodeExit.Cli.Output;
using CodeExit.Evaluation.RandomModels;
using CodeExit.Evaluation.Speed;
using CodeExit.Telemetry.Attribution;

namespace CodeExit.Cli.Commands;

/// <summary><c>codeexit bench speed</c>: tokens per second, held against what this machine can do.</summary>
internal static class BenchSpeedCommand
{
    private const int RandomSeed = 1;

    /// <param name="Model">Null is the embedded model.</param>
    /// <param name="Random">A model with random weights in its place; null for none.</param>
    /// <param name="Keep">Where the random model stays; null removes it afterwards.</param>
    private sealed record Arguments(string? Model, RandomModelShape? Random, string? Keep, Placement Placement, bool Joules, string? Json, string? Html);

    public static Command Create(CliHost host)
    {
        var model = CommonOptions.Model();
        var placement = new PlacementOptions();
        var threads = CommonOptions.Number<int>("--threads", "N", "Compute threads. Default: the engine's choice.", value => value is >= 1 and <= 1024, "1 to 1024");
        var random = Random();
        var keep = new Option<string?>("--keep") { Description = "With --random: the folder where the model stays.", HelpName = "DIR" };
        var joules = new Option<bool>("--joules") { Description = "Also measure joules of a token by the layers that it runs, in windows of five seconds." };
        var json = CommonOptions.JsonFile();
        var html = CommonOptions.HtmlFile();
        var command = new Command("speed", "Measures prefill, decode and first suggestion beside the limits of what runs the model.")
        {
            model, threads, random, keep, joules, json, html,
        };
        placement.AddTo(command);
        command.Validators.Add(result =>
        {
            if (result.GetValue(model) is not null && result.GetValue(random) is not null) result.AddError("--model and --random exclude each other.");
            if (result.GetValue(keep) is not null && result.GetValue(random) is null) result.AddError("--keep goes with --random.");
        });
        command.SetAction((parsed, cancellationToken) => Task.Run(
            () => RunAsync(
                host,
                new Arguments(
                    parsed.GetValue(model), parsed.GetValue(random), parsed.GetValue(keep), placement.Read(parsed) with { Threads = parsed.GetValue(threads) },
                    parsed.GetValue(joules), parsed.GetValue(json), parsed.GetValue(html)),
                cancellationToken),
            cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(CliHost host, Arguments arguments, CancellationToken cancellationToken)
    {
        using var random = arguments.Random is null ? null : RandomModelFolder.Create(host, arguments.Random, arguments.Keep, RandomSeed, cancellationToken);
        var model = random?.Location ?? host.Models.Resolve(arguments.Model);
        SpeedReport report;
        try
        {
            Func<SpeedSubject, EnergyMeter>? meter = arguments.Joules ? subject => host.Composition.CreateMeter(host.Time, subject.Gpu) : null;
            var measurement = await new SpeedBenchmark(new SpeedOptions(), host.Progress, host.Time)
                .RunAsync(() => host.Composition.OpenForSpeed(model, arguments.Placement), meter, cancellationToken).ConfigureAwait(false);
            double? encode = host.Composition.OpenTokenizer(model) is { } tokenizer ? EncodeSpeed.Measure(tokenizer) : null;
            report = SpeedReport.Of(measurement, encode);
        }
        catch (ArgumentException exception)
        {
            throw new CliException(ServiceFactory.Refusal(exception)); // a model too small to be timed
        }
        catch (InvalidDataException exception)
        {
            throw new CliException(exception.Message); // joules of two kinds, or none
        }
        SpeedView.Write(host, report);
        if (arguments.Json is { } json) File.WriteAllText(json, SpeedJson.Text(report));
        if (arguments.Html is { } html) File.WriteAllText(html, SpeedHtml.Page(report));
        return ExitCode.Success;
    }

    private static Option<RandomModelShape?> Random() => new("--random")
    {
        Description = "Time a model with random weights, made on the spot, in place of --model.",
        HelpName = string.Join('|', RandomModelShape.Known.Select(shape => shape.Name)),
        CustomParser = result =>
        {
            try
            {
                return RandomModelShape.Named(result.Tokens[^1].Value);
            }
            catch (ArgumentException exception)
            {
                result.AddError($"--random: {exception.Message}.");
                return null;
            }
        },
    };
}
