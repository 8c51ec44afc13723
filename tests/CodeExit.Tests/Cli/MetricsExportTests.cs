using System.Diagnostics;
using System.Text;
using CodeExit.Cli;
using CodeExit.Cli.Input;
using CodeExit.Tests.Inference.Checkpoints;

namespace CodeExit.Tests.Cli;

public sealed class MetricsExportTests
{
    /// <summary>All that may leave the machine: each attribute, and the form of its values.</summary>
    private static readonly Dictionary<string, string> Allowed = new()
    {
        ["service.name"] = "codeexit",
        ["service.version"] = @"\d+\.\d+\.\d+",
        ["service.instance.id"] = "[0-9a-f-]{36}",
        ["telemetry.sdk.name"] = "opentelemetry",
        ["telemetry.sdk.language"] = "dotnet",
        ["telemetry.sdk.version"] = @"\d+\.\d+\.\d+",
        ["hw.id"] = @"(estimate|rapl|nvml|hwmon|amdgpu|i915|xe):[\w:.-]+",
        ["hw.type"] = "cpu|gpu",
        ["gen_ai.operation.name"] = "text_completion",
        ["gen_ai.provider.name"] = "codeexit",
        ["gen_ai.request.model"] = "default",
        ["gen_ai.token.type"] = "input|output",
        ["codeexit.energy.label"] = "measured-counter|measured-integrated|estimated-model",
        ["codeexit.mode"] = "lossless",
        ["codeexit.outcome"] = "suggested|empty",
    };

    [Theory]
    [InlineData(false, null, false)]
    [InlineData(true, null, true)]
    [InlineData(false, "1", true)]
    [InlineData(false, "0", false)]
    [InlineData(true, "0", true)]
    [InlineData(false, "", false)]
    public void IsWanted_OptionOrVariable_IsNeeded(bool asked, string? variable, bool wanted)
    {
        // The standard variable is there for some other program.
        string? Environment(string name) => name == "CODEEXIT_OTLP" ? variable : name == "OTEL_EXPORTER_OTLP_ENDPOINT" ? "http://localhost:4317" : null;

        Assert.Equal(wanted, MetricsExport.IsWanted(asked, Environment));
    }

    [Theory]
    [InlineData("CODEEXIT_OTLP", "yes", "CODEEXIT_OTLP yes: must be 1")]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT", "localhost:4317", "OTEL_EXPORTER_OTLP_ENDPOINT localhost:4317: must be a URL")]
    [InlineData("OTEL_EXPORTER_OTLP_METRICS_ENDPOINT", "nonsense", "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT nonsense: must be a URL")]
    public void IsWanted_BadValue_IsNamedWithWhatWouldBeRight(string name, string value, string said)
    {
        var error = Assert.Throws<UsageException>(() => MetricsExport.IsWanted(true, asked => asked == name ? value : null));

        Assert.StartsWith(said, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Complete_WithOtlp_SendsEveryMetricAndNothingOfTheCode()
    {
        using var collector = new OtlpReceiver();

        var (exitCode, error) = await CompleteAsync(collector, "--otlp");

        Assert.True(exitCode == 0, error);
        Assert.All(collector.Received, request => Assert.Equal("/v1/metrics", request.Path));
        var names = collector.Received.SelectMany(request => OtlpMetrics.Names(request.Body)).ToHashSet();
        string[] expected = ["hw.energy", "gen_ai.server.request.duration", "gen_ai.server.time_to_first_token", "gen_ai.client.token.usage", "codeexit.suggestion.energy", "hw.power", "codeexit.wasted_energy.share"];
        Assert.All(expected, name => Assert.Contains(name, names));
        foreach (var (key, value) in collector.Received.SelectMany(request => OtlpMetrics.Attributes(request.Body)))
        {
            Assert.True(Allowed.TryGetValue(key, out var form), $"attribute {key} leaves the machine");
            Assert.Matches($"^({form})$", value);
        }
        var raw = string.Concat(collector.Received.Select(request => Encoding.Latin1.GetString(request.Body)));
        string[] words = ["unicorn", "secretly", Environment.UserName + "/", Environment.MachineName];
        // Two letters of a short host name are in binary times and sums by chance; the attributes were looked through above.
        Assert.All(words.Where(word => word.Length > 4), word => Assert.DoesNotContain(word, raw, StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task Complete_StandardVariableAlone_SendsNothing()
    {
        using var collector = new OtlpReceiver();

        var (exitCode, error) = await CompleteAsync(collector);

        Assert.True(exitCode == 0, error);
        Assert.Empty(collector.Received);
    }

    /// <summary>The real program in a process of its own: the exporter reads the environment itself.</summary>
    private static async Task<(int ExitCode, string Error)> CompleteAsync(OtlpReceiver collector, params string[] options)
    {
        using var folder = new TemporaryFolder();
        var file = folder.Write("secretly_named.py", "def unicorn(first):\n    return \n");
        var start = new ProcessStartInfo("dotnet", [typeof(ExitCode).Assembly.Location, "complete", $"{file}:2", "--mode", "lossless", .. options])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["CODEEXIT_DATA_DIR"] = folder.Path;
        start.Environment["OTEL_EXPORTER_OTLP_ENDPOINT"] = collector.Endpoint;
        start.Environment["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf";
        using var process = Process.Start(start)!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        await output;
        return (process.ExitCode, await error);
    }
}
