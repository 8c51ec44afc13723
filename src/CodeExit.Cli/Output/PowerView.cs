using System.Globalization;
using CodeExit.Telemetry;

namespace CodeExit.Cli.Output;

/// <summary>What can be measured here, for a person.</summary>
internal static class PowerView
{
    /// <summary>A counter and the power readings beside it are apart by more than this: one of them is wrong.</summary>
    private const double Disagreement = 0.2;

    public static void Write(TextWriter output, PowerJson power)
    {
        var isMeasured = power.Sources.Any(source => source.Label != EnergyLabel.EstimatedModel.Text());
        output.WriteLine(isMeasured ? "Measured here:" : "Nothing can be measured here: every number of joules is an estimate (estimated-model).");
        var width = power.Sources.Max(source => source.Id.Length);
        foreach (var source in power.Sources)
        {
            output.WriteLine(Text($"  {source.Id.PadRight(width)}  {Watts(source),-18}  {source.Label}, {source.Scope}, every {source.PeriodMs:0.#} ms · {source.Name}"));
            foreach (var remark in Remarks(source)) output.WriteLine("      " + remark);
        }
        if (power.Missing.Count > 0) output.WriteLine("Not here:");
        foreach (var missing in power.Missing)
        {
            output.WriteLine($"  {missing.Kind}{(missing.Device is null ? "" : " " + missing.Device)}: {missing.Reason}");
            if (missing.Remedy is { } remedy) output.WriteLine("      " + remedy.ReplaceLineEndings("\n      "));
        }
        if (power.Devices is { } devices) Write(output, devices);
        foreach (var battery in power.Batteries) output.WriteLine(Battery(battery));
        output.WriteLine($"Requests on the processor are billed by {power.BilledBy}.");
    }

    private static void Write(TextWriter output, DevicesJson devices)
    {
        output.WriteLine(devices.Reason is { } reason ? $"No OpenCL device for --device gpu: {reason}." : "OpenCL devices, for --device gpu:N:");
        foreach (var device in devices.List) output.WriteLine($"  {device.Index}  {DeviceText.Of(device)}");
    }

    private static string Watts(PowerSourceJson source) =>
        source.Watts is { } watts ? Text($"{watts,6:0.0} W{(source.LimitWatts is { } limit ? Text($" of {limit:0} W") : "")}") : "     –";

    private static IEnumerable<string> Remarks(PowerSourceJson source)
    {
        if (source.Fault is { } fault) yield return "cannot be read now: " + fault;
        if (source is { Watts: { } watts, IntegratedWatts: { } integrated } && Math.Abs(integrated - watts) > Disagreement * Math.Max(watts, integrated))
        {
            yield return Text($"the counter says {watts:0.0} W, the power reading {integrated:0.0} W: do not trust either");
        }
    }

    private static string Battery(BatteryJson battery)
    {
        var parts = new List<string> { battery.Status.ToLowerInvariant() };
        if (battery.Charge is { } charge) parts.Add(Text($"{charge:0 %}"));
        if (battery.Watts is { } watts) parts.Add(Text($"{watts:0.0} W for the whole machine, too slow to bill a request by"));
        return $"Battery {battery.Name}: {string.Join(", ", parts)}.";
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
