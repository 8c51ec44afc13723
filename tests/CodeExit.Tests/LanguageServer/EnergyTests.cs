using System.Text.Json;
using CodeExit.Telemetry;
using CodeExit.Telemetry.Metrics;
using CodeExit.Telemetry.Records;
using CodeExit.Telemetry.Sources;

namespace CodeExit.Tests.LanguageServer;

/// <summary>What a client learns of joules, and what the service learns of a suggestion's fate.</summary>
public sealed class EnergyTests
{
    private static readonly EnergyMeasurement Apportioned = new(1.5, 1.0, EnergyLabel.Apportioned, "nvml:GPU-1", "gpu", TimeSpan.FromMilliseconds(20));

    [Fact]
    public async Task Item_Data_SaysWhatTheSuggestionCost()
    {
        TestServer server = await TestServer.StartAsync();
        await server.OpenAsync("x = ");

        JsonElement result = await CompleteAsync(server, Apportioned);

        AssertJson(
            """{"energy":{"joules":1.5,"netJoules":1,"label":"apportioned","source":"nvml:GPU-1","scope":"gpu","windowMs":20},"layers":{"total":4,"mean":4,"perToken":[4],"count":4},"tokens":1,"policy":"full","mode":"lossless"}""",
            result.GetProperty("items")[0].GetProperty("data"));
        await server.ShutDownAsync();
    }

    [Fact]
    public async Task Item_NothingMeasured_SaysUnavailable()
    {
        TestServer server = await TestServer.StartAsync();
        await server.OpenAsync("x = ");

        JsonElement energy = (await server.ItemAsync(TestServer.At(0, 4), "1")).GetProperty("data").GetProperty("energy");

        Assert.Equal("unavailable", energy.GetProperty("label").GetString());
        Assert.Equal(JsonValueKind.Null, energy.GetProperty("joules").ValueKind);
        await server.ShutDownAsync();
    }

    [Fact]
    public async Task Energy_BeforeTheFirst_HasNoLast()
    {
        TestServer server = await TestServer.StartAsync();
        AssertJson("""{"last":null,"totals":[]}""", await server.Client.CallAsync("codeexit/energy"));
        await server.ShutDownAsync();
    }

    [Fact]
    public async Task Energy_MeasurementOfTheLast_TakesThePlaceOfItsBill()
    {
        TestServer server = await TestServer.StartAsync();
        await server.OpenAsync("x = ");
        var measured = new TaskCompletionSource<EnergyMeasurement>();

        await CompleteAsync(server, Apportioned, measured.Task);
        JsonElement before = await server.Client.CallAsync("codeexit/energy");
        measured.SetResult(Apportioned with { Label = EnergyLabel.MeasuredCounter, Joules = 1.75 });
        JsonElement after = await server.Client.CallAsync("codeexit/energy");

        Assert.Equal("apportioned", before.GetProperty("last").GetProperty("label").GetString());
        Assert.Equal("measured-counter", after.GetProperty("last").GetProperty("label").GetString());
        Assert.Equal(1.75, after.GetProperty("last").GetProperty("joules").GetDouble());
        await server.ShutDownAsync();
    }

    [Fact]
    public async Task Energy_Totals_AreTheServicesOwn()
    {
        var service = new ScriptedService
        {
            EnergyTotals =
            [
                new EnergyTotal(EnergyLabel.MeasuredCounter, "nvml:GPU-1", "gpu", 3, 4, 3, 1.5, 12),
                new EnergyTotal(EnergyLabel.Unavailable, "none", "none", 1, null, null, null, 0),
            ],
        };
        TestServer server = await TestServer.StartAsync(service);

        JsonElement totals = (await server.Client.CallAsync("codeexit/energy")).GetProperty("totals");

        AssertJson(
            """
            [{"label":"measured-counter","source":"nvml:GPU-1","scope":"gpu","requests":3,"joules":4,"netJoules":3,"wastedJoules":1.5,"acceptedCharacters":12},
             {"label":"unavailable","source":"none","scope":"none","requests":1,"joules":null,"netJoules":null,"wastedJoules":null,"acceptedCharacters":0}]
            """,
            totals);
        await server.ShutDownAsync();
    }

    [Fact]
    public async Task Status_Power_IsWhatIsKnownAlready()
    {
        var source = new EnergySourceInfo("nvml:GPU-1", "a card", "gpu", EnergyLabel.MeasuredCounter, TimeSpan.FromMilliseconds(100));
        TestServer server = await TestServer.StartAsync(new ScriptedService { Power = new DevicePower(source, 71.5, TimeSpan.FromMilliseconds(900), 24.5) });

        JsonElement status = await server.Client.CallAsync("codeexit/status");

        AssertJson(
            """{"source":"nvml:GPU-1","label":"measured-counter","scope":"gpu","watts":71.5,"wattsAgeMs":900,"idleWatts":24.5}""",
            status.GetProperty("energy"));
        await server.ShutDownAsync();
    }

    [Fact]
    public async Task Fate_ShownThenPartlyThenWhollyAccepted_IsReportedInCharactersOfTheSuggestion()
    {
        TestServer server = await TestServer.StartAsync();
        await server.OpenAsync("x = \n");
        string id = await server.Client.RequestAsync("textDocument/inlineCompletion", TestServer.At(0, 4));
        (await server.Service.NextCallAsync()).Answer("compute(1)", id: 77);
        JsonElement item = (await server.Client.ResultAsync(id)).GetProperty("items")[0];

        await server.Client.NotifyAsync("textDocument/didShowCompletion", new { item });
        await server.Client.NotifyAsync("textDocument/didPartiallyAcceptCompletion", new { item, acceptedLength = "x = compute".Length }); // of insertText
        await server.Client.NotifyAsync("textDocument/didPartiallyAcceptCompletion", new { item, acceptedLength = int.MaxValue });
        await server.ChangeAsync(0, 4, 0, 4, "compute(1)"); // an edit tells as well as the command does
        await server.Client.CallAsync("codeexit/status");

        Assert.Equal([new(77, 0), new(77, 7), new(77, 10), new(77, 10)], server.Service.Fates);
        await server.ShutDownAsync();
    }

    [Fact]
    public async Task Fate_OfAnUnknownItem_IsNotReported()
    {
        TestServer server = await TestServer.StartAsync();
        var item = new { command = new { arguments = new[] { "404" } } };

        await server.Client.NotifyAsync("textDocument/didShowCompletion", new { item });
        await server.Client.NotifyAsync("textDocument/didPartiallyAcceptCompletion", new { item, acceptedLength = 3 });
        await server.Client.CallAsync("codeexit/status");

        Assert.Empty(server.Service.Fates);
        await server.ShutDownAsync();
    }

    private static async Task<JsonElement> CompleteAsync(TestServer server, EnergyMeasurement energy, Task<EnergyMeasurement>? measured = null)
    {
        string id = await server.Client.RequestAsync("textDocument/inlineCompletion", TestServer.At(0, 4));
        (await server.Service.NextCallAsync()).Answer("1", energy, measured);
        return await server.Client.ResultAsync(id);
    }

    private static void AssertJson(string expected, JsonElement actual) =>
        Assert.True(JsonElement.DeepEquals(JsonDocument.Parse(expected).RootElement, actual), actual.ToString());
}
