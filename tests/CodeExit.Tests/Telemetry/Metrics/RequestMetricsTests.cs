using CodeExit.Telemetry;
using CodeExit.Telemetry.Attribution;
using CodeExit.Telemetry.Metrics;
using CodeExit.Telemetry.Records;
using CodeExit.Tests.Telemetry.Simulation;
using static CodeExit.Tests.Telemetry.Records.SampleRecords;

namespace CodeExit.Tests.Telemetry.Metrics;

public sealed class RequestMetricsTests
{
    private readonly EnergyTotals _totals = new();

    /// <summary>Kinds and units from OpenTelemetry's semantic conventions, gen_ai and hardware; ours follow them.</summary>
    [Theory]
    [InlineData("hw.energy", "Counter", "J")]
    [InlineData("hw.power", "ObservableGauge", "W")]
    [InlineData("gen_ai.server.request.duration", "Histogram", "s")]
    [InlineData("gen_ai.server.time_to_first_token", "Histogram", "s")]
    [InlineData("gen_ai.client.token.usage", "Histogram", "{token}")]
    [InlineData("codeexit.suggestion.energy", "Histogram", "J")]
    [InlineData("codeexit.accepted.characters", "Counter", "{character}")]
    [InlineData("codeexit.accepted_character.energy", "ObservableGauge", "J")]
    [InlineData("codeexit.wasted_energy.share", "ObservableGauge", "1")]
    public void Instrument_Kind_IsThatOfTheConventions(string name, string kind, string unit)
    {
        using var metrics = new RequestMetrics(_totals, () => []);
        using var readings = new MetricReadings(metrics);

        var instrument = Assert.Single(readings.Instruments, instrument => instrument.Name == name);

        Assert.Equal((kind, unit), (instrument.GetType().Name.Split('`')[0], instrument.Unit));
        Assert.Equal(9, readings.Instruments.Count);
    }

    [Fact]
    public void Add_Suggestion_IsReadOnEveryInstrument()
    {
        using var metrics = new RequestMetrics(_totals, () => []);
        using var readings = new MetricReadings(metrics);

        metrics.Add(Record(1, 1.5));

        const string Request = "gen_ai.operation.name=text_completion gen_ai.provider.name=codeexit gen_ai.request.model=default";
        const string Device = "hw.id=rapl:package-0 hw.type=cpu codeexit.energy.label=measured-counter";
        Assert.Equal(
            [
                $"gen_ai.client.token.usage 90 {Request} gen_ai.token.type=input",
                $"gen_ai.client.token.usage 12 {Request} gen_ai.token.type=output",
                $"gen_ai.server.time_to_first_token 0.0405 {Request}",
                $"gen_ai.server.request.duration 0.06125 {Request}",
                $"hw.energy 1.5 {Device}",
                $"codeexit.suggestion.energy 1.5 {Device} codeexit.mode=balanced codeexit.outcome=suggested",
            ],
            readings.Readings);
    }

    [Fact]
    public void Add_Cancelled_HasItsErrorTypeAndNoFirstToken()
    {
        using var metrics = new RequestMetrics(_totals, () => []);
        using var readings = new MetricReadings(metrics);

        metrics.Add(Record(1, 0.5, RequestOutcome.Cancelled) with { PromptTokens = null, Tokens = null, FirstTokenMs = null });

        Assert.EndsWith("error.type=cancelled", Assert.Single(readings.Of("gen_ai.server.request.duration")), StringComparison.Ordinal);
        Assert.Empty(readings.Of("gen_ai.server.time_to_first_token"));
        Assert.Empty(readings.Of("gen_ai.client.token.usage"));
        Assert.EndsWith("codeexit.outcome=cancelled", Assert.Single(readings.Of("codeexit.suggestion.energy")), StringComparison.Ordinal);
    }

    [Fact]
    public void Add_NothingMeasured_SaysNoJoules()
    {
        using var metrics = new RequestMetrics(_totals, () => []);
        using var readings = new MetricReadings(metrics);

        metrics.Add(Record(1, null, label: EnergyLabel.Unavailable));

        Assert.Empty(readings.Of("hw.energy"));
        Assert.Empty(readings.Of("codeexit.suggestion.energy"));
    }

    [Fact]
    public void Add_LessThanNothing_LeavesTheCounterWhereItIs()
    {
        using var metrics = new RequestMetrics(_totals, () => []);
        using var readings = new MetricReadings(metrics);

        metrics.Add(Record(1, -0.01));

        Assert.StartsWith("hw.energy 0 ", Assert.Single(readings.Of("hw.energy")), StringComparison.Ordinal);
    }

    [Fact]
    public void Collect_Shares_AreApartByLabel()
    {
        using var metrics = new RequestMetrics(_totals, () => []);
        using var readings = new MetricReadings(metrics);
        _totals.Add(Record(1, 3));
        _totals.Add(Record(2, 1, RequestOutcome.Empty));
        _totals.Add(Record(3, 1, RequestOutcome.Empty, EnergyLabel.EstimatedModel));
        _totals.AddAccepted(Record(1).Energy, 8);

        readings.Collect();

        Assert.Equal(
            [
                "codeexit.accepted_character.energy 0.5 hw.id=rapl:package-0 hw.type=cpu codeexit.energy.label=measured-counter",
                "codeexit.wasted_energy.share 0.25 hw.id=rapl:package-0 hw.type=cpu codeexit.energy.label=measured-counter",
                "codeexit.wasted_energy.share 1 hw.id=rapl:package-0 hw.type=cpu codeexit.energy.label=estimated-model",
            ],
            readings.Readings.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Collect_Power_IsOfTheLastRequestAndReadsNothing()
    {
        var time = new SimulatedTime();
        var source = new SimulatedSource(time);
        using var meter = new EnergyMeter([source], time);
        using var metrics = new RequestMetrics(_totals, () => meter.Power);
        using var readings = new MetricReadings(metrics);
        readings.Collect();
        Assert.Empty(readings.Readings); // nothing was read yet

        source.Draw(300, 1);
        var window = meter.Open();
        time.Advance(0.95);
        readings.Collect();
        Assert.Equal("hw.power 300 hw.id=simulated hw.type=gpu codeexit.energy.label=measured-counter", Assert.Single(readings.Readings));

        window.Close();
        time.Advance(5); // the device is at rest, and was watched long enough to see it
        var reads = source.Reads;
        readings.Collect();
        Assert.StartsWith("hw.power 70 ", readings.Readings[1], StringComparison.Ordinal);
        time.Advance(60);
        readings.Collect();
        Assert.Equal(2, readings.Readings.Count); // too long ago to be called now
        Assert.Equal(reads, source.Reads);
    }

    [Fact]
    public void Power_OfADeviceThatWasNeverRead_IsUnknown()
    {
        using var meter = new EnergyMeter([new SimulatedSource(new SimulatedTime())], new SimulatedTime());

        Assert.Equal((null, null, null), (meter.Power[0].Watts, meter.Power[0].Age, meter.Power[0].IdleWatts));
    }
}
