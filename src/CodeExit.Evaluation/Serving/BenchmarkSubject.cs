using CodeExit.Completion;
using CodeExit.Telemetry.Attribution;

namespace CodeExit.Evaluation.Serving;

/// <summary>
/// One model in memory under many settings: each is served by the service that serves editors, and none of these loads the model again.
/// Only one of them may be at work at a time. Owns neither model nor meter.
/// </summary>
/// <param name="meter">Of the device that runs the model, by its first source.</param>
/// <param name="time">The clock of the services and of their meter.</param>
public sealed class BenchmarkSubject(LoadedModel model, EnergyMeter meter, TimeProvider time)
{
    public string Model => model.Name;

    public TimeProvider Time => time;

    /// <summary>
    /// The services have none of their own: a benchmark's windows lie around theirs, and windows that lie over each other share what the
    /// device takes.
    /// </summary>
    public EnergyMeter Meter => meter;

    /// <summary>A service under one setting, with its model resident. The caller disposes it.</summary>
    /// <exception cref="ArgumentException">A policy that the model cannot run, or a mode that it was not calibrated for; names it.</exception>
    public async Task<ICompletionService> ServeAsync(BenchmarkSetting setting, CancellationToken cancellationToken)
    {
        var options = new CompletionOptions { Policy = setting.Policy, Mode = setting.Mode };
        var service = new CompletionService(_ => model with { Generator = new LentGenerator(model.Generator) }, options, time);
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
