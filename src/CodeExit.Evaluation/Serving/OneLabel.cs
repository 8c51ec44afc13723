using CodeExit.Telemetry;

namespace CodeExit.Evaluation.Serving;

/// <summary>
/// Lets through measurements of one label and one source. Others have other errors: a mean of both would say nothing, so a benchmark that
/// meets them ends.
/// </summary>
internal sealed class OneLabel
{
    private EnergyMeasurement? _first;

    public EnergyLabel Label => _first?.Label ?? EnergyLabel.Unavailable;

    public string Source => _first?.Source ?? "none";

    public string Scope => _first?.Scope ?? "none";

    /// <param name="what">Names the window: "saver, trial 3".</param>
    /// <exception cref="InvalidDataException">Another label or source than before, or nothing measured.</exception>
    public EnergyMeasurement Admit(EnergyMeasurement measurement, string what)
    {
        if (measurement.NetJoules is null) throw new InvalidDataException($"{what}: nothing could be read ({measurement.Source})");
        _first ??= measurement;
        if (measurement.Label == _first.Label && measurement.Source == _first.Source) return measurement;
        throw new InvalidDataException(
            $"{what} is {measurement.Label.Text()} from {measurement.Source}, and what came before it {_first.Label.Text()} from {_first.Source}: "
            + "numbers with different labels are not put together; run again when the source is back");
    }
}
