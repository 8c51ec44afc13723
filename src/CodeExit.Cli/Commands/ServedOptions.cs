using System.CommandLine;
using CodeExit.Cli.Daemon;
using CodeExit.Cli.Devices;

namespace CodeExit.Cli.Commands;

/// <summary>What a daemon is asked to serve, on the command line of whoever may start it.</summary>
internal sealed class ServedOptions
{
    private readonly Option<string?> _model = CommonOptions.Model();
    private readonly Option<DeviceChoice> _device = CommonOptions.Device();
    private readonly Option<bool> _otlp = CommonOptions.Otlp();
    private readonly Option<double?> _unloadAfter = Seconds("--unload-after", $"Give the weights back after so many seconds without a request. Default: {DaemonOptions.DefaultUnloadAfter.TotalSeconds:0}; 0 keeps them.");
    private readonly Option<double?> _exitAfter = Seconds("--exit-after", $"End the daemon after so many seconds without an editor. Default: {DaemonOptions.DefaultExitAfter.TotalSeconds:0}; 0 keeps it.");

    public void AddTo(Command command)
    {
        foreach (Option option in (Option[])[_model, _device, _otlp, _unloadAfter, _exitAfter]) command.Add(option);
    }

    /// <summary>Another daemon may serve from elsewhere: a model's folder is named in full.</summary>
    /// <exception cref="CliException">No such model.</exception>
    public DaemonOptions Read(CliHost host, ParseResult parsed) => new(
        new ServedModel(
            host.Models.Resolve(parsed.GetValue(_model)).Directory,
            parsed.GetValue(_device).ToString(),
            parsed.GetValue(_otlp)),
        Time(parsed.GetValue(_unloadAfter), DaemonOptions.DefaultUnloadAfter),
        Time(parsed.GetValue(_exitAfter), DaemonOptions.DefaultExitAfter));

    private static Option<double?> Seconds(string name, string description) =>
        CommonOptions.Number<double>(name, "S", description, seconds => seconds >= 0 && seconds <= 1e6, "a number of seconds up to a million, or 0");

    private static TimeSpan Time(double? seconds, TimeSpan otherwise) => seconds switch
    {
        null => otherwise,
        0 => Timeout.InfiniteTimeSpan,
        { } given => TimeSpan.FromSeconds(given),
    };
}
