namespace CodeExit.Telemetry.Metrics;

/// <summary>
/// Names of instruments and their attributes. hw.* and gen_ai.* are OpenTelemetry's semantic conventions (hardware, and generative AI
/// metrics; both "development"); what they have no name for is below codeexit.
/// </summary>
internal static class MetricNames
{
    public const string Meter = "CodeExit";

    public const string DeviceEnergy = "hw.energy";
    public const string DevicePower = "hw.power";
    public const string RequestDuration = "gen_ai.server.request.duration";
    public const string TimeToFirstToken = "gen_ai.server.time_to_first_token";
    public const string TokenUsage = "gen_ai.client.token.usage";
    public const string SuggestionEnergy = "codeexit.suggestion.energy";
    public const string AcceptedCharacters = "codeexit.accepted.characters";
    public const string AcceptedCharacterEnergy = "codeexit.accepted_character.energy";
    public const string WastedEnergyShare = "codeexit.wasted_energy.share";

    public const string HardwareId = "hw.id";
    public const string HardwareType = "hw.type";
    public const string Operation = "gen_ai.operation.name";
    public const string Provider = "gen_ai.provider.name";
    public const string RequestModel = "gen_ai.request.model";
    public const string TokenType = "gen_ai.token.type";
    public const string ErrorType = "error.type";
    public const string EnergyLabel = "codeexit.energy.label";
    public const string Mode = "codeexit.mode";
    public const string Outcome = "codeexit.outcome";
}
