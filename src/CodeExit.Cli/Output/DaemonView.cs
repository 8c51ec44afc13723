using System.Globalization;
using CodeExit.Cli.Daemon;

namespace CodeExit.Cli.Output;

/// <summary>What the daemon is doing, for a person.</summary>
internal static class DaemonView
{
    public static void Write(TextWriter output, DaemonStatus status)
    {
        if (!status.Running)
        {
            output.WriteLine("No daemon is running. Editors start it, or codeexit daemon start.");
            return;
        }
        output.WriteLine(Text($"The daemon runs: pid {status.Pid}, build {status.Build}, for {Time(status.UptimeSeconds)}; {status.ResidentBytes / (1024.0 * 1024):0} MiB."));
        output.WriteLine(Text($"  model        {status.Model!.State}{(status.Model.Error is { } error ? ": " + error : "")} · {status.Model.Folder}"));
        output.WriteLine(Text($"  editors      {status.Connections}"));
        output.WriteLine(Text($"  requests     {status.Requests} answered, {status.Pending} pending"));
        output.WriteLine($"  weights go   {(status.UnloadInSeconds is null ? "–" : "in " + Time(status.UnloadInSeconds))}");
        output.WriteLine($"  process ends {(status.ExitInSeconds is null ? "–" : "in " + Time(status.ExitInSeconds))}");
        output.WriteLine($"  socket       {status.Socket}");
        output.WriteLine($"  log          {status.Log ?? "–"}");
    }

    private static string Time(double? seconds) => seconds switch
    {
        < 120 => Text($"{seconds:0} s"),
        < 7200 => Text($"{seconds / 60:0} min"),
        _ => Text($"{seconds / 3600:0.0} h"),
    };

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
