using System.Diagnostics.Metrics;
using System.Text.Json;
using System.Text.RegularExpressions;
using CodeExit.Telemetry.Metrics;
using CodeExit.Tests.Telemetry.Metrics;
using YamlDotNet.RepresentationModel;

namespace CodeExit.Tests.Telemetry;

/// <summary>The files in telemetry/dashboards, held against the instruments that exist.</summary>
public sealed partial class DashboardTests
{
    /// <summary>Attributes as labels, beside those that every instrument has: instance and the bucket's bound.</summary>
    private static readonly string[] OtherLabels = ["le", "instance"];

    [Fact]
    public void Dashboard_EveryMetric_IsAnInstrument()
    {
        var known = PrometheusNames().ToHashSet();

        // Without matchers, ranges and groupings, a name that calls nothing is a metric's.
        var asked = Expressions().SelectMany(expression => Name().Matches(Decoration().Replace(expression, " ")).Select(match => match.Value)).ToHashSet();

        Assert.NotEmpty(asked);
        Assert.Empty(asked.Except(known).Except(["or"])); // an operator
    }

    [Fact]
    public void Dashboard_EveryInstrument_IsShown()
    {
        var all = string.Join('\n', Expressions());

        using var metrics = new RequestMetrics(new EnergyTotals(), () => []);
        using var readings = new MetricReadings(metrics);
        Assert.All(readings.Instruments, instrument => Assert.Contains(PrometheusName(instrument), all, StringComparison.Ordinal));
    }

    [Fact]
    public void Dashboard_EveryLabel_IsAnAttribute()
    {
        var attributes = typeof(MetricNames).GetFields().Select(field => ((string)field.GetValue(null)!).Replace('.', '_')).Concat(OtherLabels).ToHashSet();

        var labels = Expressions().SelectMany(expression => Matcher().Matches(expression).Select(match => match.Groups[1].Value)
            .Concat(Grouping().Matches(expression).SelectMany(match => match.Groups[1].Value.Split(',', StringSplitOptions.TrimEntries)))).ToHashSet();

        Assert.NotEmpty(labels);
        Assert.Empty(labels.Except(attributes));
    }

    /// <summary>Numbers with different labels are never added: whatever adds up joules keeps labels apart.</summary>
    [Fact]
    public void Dashboard_SumsOfJoules_KeepLabelsApart()
    {
        var sums = Expressions().Where(expression => expression.Contains("joules", StringComparison.Ordinal) && expression.Contains("sum", StringComparison.Ordinal));

        Assert.All(sums, expression => Assert.Equal(
            Regex.Count(expression, @"\bsum\b"), Grouping().Matches(expression).Count(match => match.Groups[1].Value.Contains("codeexit_energy_label", StringComparison.Ordinal))));
    }

    [Fact]
    public void Dashboard_Panels_HaveIdsAndPlacesOfTheirOwn()
    {
        var panels = Dashboard().GetProperty("panels").EnumerateArray().ToArray();
        var cells = from panel in panels
                    let place = panel.GetProperty("gridPos")
                    from x in Enumerable.Range(place.GetProperty("x").GetInt32(), place.GetProperty("w").GetInt32())
                    from y in Enumerable.Range(place.GetProperty("y").GetInt32(), place.GetProperty("h").GetInt32())
                    select (x, y);

        Assert.Equal(panels.Length, panels.Select(panel => panel.GetProperty("id").GetInt32()).Distinct().Count());
        Assert.All(cells.GroupBy(cell => cell), cell => Assert.Single(cell));
        Assert.All(cells, cell => Assert.InRange(cell.x, 0, 23));
    }

    [Fact]
    public void Collector_Pipeline_NamesWhatIsConfigured()
    {
        var collector = Yaml("otel-collector.yaml");
        var pipeline = Child(Child(Child(collector, "service"), "pipelines"), "metrics");

        foreach (var kind in new[] { "receivers", "processors", "exporters" })
        {
            Assert.All(((YamlSequenceNode)pipeline[kind]).Children, name => Assert.Contains(name, Child(collector, kind).Children.Keys));
        }
    }

    /// <summary>Where CodeExit sends to by default, and where Prometheus listens as its file says; nothing is open to the network.</summary>
    [Fact]
    public void Files_Addresses_FitTogetherAndAreLoopback()
    {
        var collector = File.ReadAllText(DashboardFile("otel-collector.yaml"));
        var prometheus = File.ReadAllText(DashboardFile("prometheus.yaml"));

        Assert.Contains("endpoint: 127.0.0.1:4317", collector, StringComparison.Ordinal);
        Assert.Contains("http://127.0.0.1:9090/api/v1/otlp", collector, StringComparison.Ordinal);
        Assert.Contains("--web.enable-otlp-receiver --web.listen-address 127.0.0.1:9090", prometheus, StringComparison.Ordinal);
        Assert.DoesNotContain("0.0.0.0", collector + prometheus, StringComparison.Ordinal);
        Assert.NotEmpty(Yaml("prometheus.yaml").Children);
    }

    private static string DashboardFile(string name) => RepositoryFiles.Path("telemetry", "dashboards", name);

    private static JsonElement Dashboard() => JsonDocument.Parse(File.ReadAllText(DashboardFile("codeexit.json"))).RootElement;

    private static List<string> Expressions()
    {
        var dashboard = Dashboard();
        var queries = from panel in dashboard.GetProperty("panels").EnumerateArray()
                      from target in panel.GetProperty("targets").EnumerateArray()
                      select target.GetProperty("expr").GetString()!;
        return [.. queries];
    }

    private static YamlMappingNode Yaml(string name)
    {
        var yaml = new YamlStream();
        using var file = File.OpenText(DashboardFile(name));
        yaml.Load(file);
        return (YamlMappingNode)yaml.Documents[0].RootNode;
    }

    private static YamlMappingNode Child(YamlMappingNode node, string name) => (YamlMappingNode)node[name];

    private static IEnumerable<string> PrometheusNames()
    {
        using var metrics = new RequestMetrics(new EnergyTotals(), () => []);
        using var readings = new MetricReadings(metrics);
        foreach (var instrument in readings.Instruments)
        {
            var name = PrometheusName(instrument);
            string[] names = IsA(instrument, "Histogram") ? [name + "_bucket", name + "_sum", name + "_count"] : [name];
            foreach (var each in names) yield return each;
        }
    }

    /// <summary>OpenTelemetry's "Prometheus and OpenMetrics compatibility": dots, units and kinds.</summary>
    private static string PrometheusName(Instrument instrument)
    {
        var unit = instrument.Unit switch
        {
            "J" => "_joules",
            "W" => "_watts",
            "s" => "_seconds",
            "1" when IsA(instrument, "ObservableGauge") => "_ratio",
            ['{', ..] => "",
            var other => throw new InvalidOperationException($"unit {other} of {instrument.Name}: how does Prometheus call it?"),
        };
        return instrument.Name.Replace('.', '_') + unit + (IsA(instrument, "Counter") ? "_total" : "");
    }

    private static bool IsA(Instrument instrument, string kind) => instrument.GetType().Name.StartsWith(kind, StringComparison.Ordinal);

    [GeneratedRegex(@"\{[^}]*\}|\[[^\]]*\]|\bby\s*\([^)]*\)")]
    private static partial Regex Decoration();

    [GeneratedRegex(@"\b[a-zA-Z_:]\w*\b(?!\s*\()")]
    private static partial Regex Name();

    [GeneratedRegex(@"[{,]\s*(\w+)\s*(?:=~|!~|!=|=)")]
    private static partial Regex Matcher();

    [GeneratedRegex(@"\bby\s*\(([^)]*)\)")]
    private static partial Regex Grouping();
}
