using CodeExit.Cli.Input;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;

namespace CodeExit.Cli;

/// <summary>
/// Sends metrics to an OpenTelemetry collector over OTLP, for who asks for it by <c>--otlp</c> or <see cref="Variable"/>: a standard
/// variable that some other program needs is no wish to be watched by this one. Where they go to and how often say the standard variables.
/// </summary>
internal static class MetricsExport
{
    public const string Variable = "CODEEXIT_OTLP";

    private static readonly string[] Endpoints = ["OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT"];

    /// <param name="asked">Whether the command line asks for it.</param>
    /// <exception cref="UsageException">A variable whose value cannot be right.</exception>
    public static bool IsWanted(bool asked, Func<string, string?> environment)
    {
        var wanted = environment(Variable) switch
        {
            "1" => true,
            "0" => asked,
            null or "" => asked,
            var other => throw new UsageException($"{Variable} {other}: must be 1 (send metrics over OTLP) or 0"),
        };
        if (wanted) Array.ForEach(Endpoints, name => ValidateEndpoint(name, environment(name)));
        return wanted;
    }

    /// <param name="meter">Name of the meter whose instruments are sent.</param>
    /// <returns>Sends what is left when it is disposed.</returns>
    public static IDisposable Start(string meter, string version) => Sdk.CreateMeterProviderBuilder()
        .ConfigureResource(resource => resource.AddService("codeexit", serviceVersion: version))
        .AddMeter(meter)
        .AddOtlpExporter()
        .Build();

    /// <summary>The exporter ignores what it cannot read, and sends to its default instead.</summary>
    private static void ValidateEndpoint(string name, string? endpoint)
    {
        if (string.IsNullOrEmpty(endpoint)) return;
        if (Uri.TryCreate(endpoint, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https") return;
        throw new UsageException($"{name} {endpoint}: must be a URL that begins with http:// or https://");
    }
}
