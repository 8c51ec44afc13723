using System.CommandLine;
using CodeExit.Cli.Output;
using CodeExit.Telemetry;
using CodeExit.Telemetry.Attribution;

namespace CodeExit.Cli.Commands;

/// <summary><c>codeexit power</c>: what can be measured here, why the rest cannot and what to do about it, and watts.</summary>
internal static class PowerCommand
{
    /// <summary>Long beside a counter's step.</summary>
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(1);

    public static Command Create(CliHost host)
    {
        var watch = new Option<bool>("--watch") { Description = "Print watts every second, until Ctrl-C." };
        var json = CommonOptions.Json();
        var command = new Command("power", "Shows what can be measured here, and the power now.") { watch, json };
        command.Validators.Add(result =>
        {
            if (result.GetValue(watch) && result.GetValue(json)) result.AddError("--json prints one object and --watch goes on: use one of them.");
        });
        command.SetAction((parsed, cancellationToken) =>
            parsed.GetValue(watch) ? WatchAsync(host, cancellationToken) : ShowAsync(host, parsed.GetValue(json), cancellationToken));
        return command;
    }

    private static async Task<int> ShowAsync(CliHost host, bool asJson, CancellationToken cancellationToken)
    {
        using var sources = host.Composition.DiscoverEnergySources(host.Time);
        using var meter = new EnergyMeter(sources.All, host.Time);
        var power = PowerJson.Of(sources, await MeasureAsync(host, meter, cancellationToken).ConfigureAwait(false)) with
        {
            Devices = DevicesJson.Of(host.Composition.ListGpus(), host.Composition.FreeMemory), // after the sources: asking a driver takes power
        };
        if (asJson) await CliJson.WriteAsync(host.Out, power).ConfigureAwait(false);
        else PowerView.Write(host.Out, power);
        return ExitCode.Success;
    }

    private static async Task<int> WatchAsync(CliHost host, CancellationToken cancellationToken)
    {
        using var sources = host.Composition.DiscoverEnergySources(host.Time);
        using var meter = new EnergyMeter(sources.All, host.Time);
        var view = new PowerWatchView(host.Out, [.. sources.All.Select(source => source.Info)]);
        var start = host.Time.GetTimestamp();
        var next = NextAsync();
        while (true)
        {
            var window = await next.ConfigureAwait(false);
            next = NextAsync(); // without a gap, and while the last one still waits for its counters
            view.Write(host.Time.GetElapsedTime(start), await window.Measured.ConfigureAwait(false));
        }

        async Task<EnergyWindow> NextAsync()
        {
            using var window = meter.Open();
            await Task.Delay(Window, host.Time, cancellationToken).ConfigureAwait(false);
            return window;
        }
    }

    private static async Task<IReadOnlyList<EnergyMeasurement>> MeasureAsync(CliHost host, EnergyMeter meter, CancellationToken cancellationToken)
    {
        var window = meter.Open();
        await Task.Delay(Window, host.Time, cancellationToken).ConfigureAwait(false);
        window.Close();
        return await window.Measured.WaitAsync(cancellationToken).ConfigureAwait(false);
    }
}
