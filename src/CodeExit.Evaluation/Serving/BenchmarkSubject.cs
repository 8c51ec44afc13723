using CodeExit.Completion;
using CodeExit.Completion.Reuse;
using CodeExit.Telemetry.Attribution;

namespace CodeExit.Evaluation.Serving;

/// <summary>One model, served under many settings by the service that serves editors, and what measures it.</summary>
/// <param name="Serve">Makes a service under a setting; only one of them is at work at a time. The caller disposes it.</param>
/// <param name="Meter">
/// Of the device that runs the model, by its first source. The services have meters of their own, as they do at work: a benchmark's windows
/// lie around theirs, and windows of one meter that lie over each other share what the device takes.
/// </param>
/// <param name="Time">The clock of the services and of the meter.</param>
public sealed record BenchmarkSubject(string Model, Func<BenchmarkSetting, ICompletionService> Serve, EnergyMeter Meter, TimeProvider Time)
{
    /// <summary>Where the model runs: "cpu" or "gpu".</summary>
    public string Device { get; init; } = "cpu";

    /// <summary>A model that stays in memory: no setting loads it again. Takes over neither model nor meter.</summary>
    /// <param name="serviceMeter">Makes a meter for a service, which disposes it.</param>
    /// <param name="reuses">Whether suggestions are remembered, as for editors: what is asked twice takes no joules then.</param>
    public static BenchmarkSubject Of(LoadedModel model, EnergyMeter meter, Func<EnergyMeter> serviceMeter, TimeProvider time, bool reuses = false) => new(
        model.Name,
        setting => new CompletionService(
            _ => model with { Generator = new LentGenerator(model.Generator) }, new CompletionOptions { Depth = setting.Depth }, time,
            serviceMeter(), cache: reuses ? new SuggestionCache() : null),
        meter,
        time)
    {
        Device = model.Generator.Device,
    };

    /// <summary>A service with its model ready.</summary>
    /// <exception cref="ArgumentException">A policy that the model cannot run, or a mode that it was not calibrated for; names it.</exception>
    internal async Task<ICompletionService> ServeAsync(BenchmarkSetting setting, CancellationToken cancellationToken)
    {
        var service = Serve(setting);
        try
        {
            await service.WarmAsync(cancellationToken).ConfigureAwait(false);
            return service;
        }
        catch
        {
            service.Dispose();
            throw;
        }
    }
}
