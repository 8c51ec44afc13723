using System.Text.Json.Serialization;
using CodeExit.Cli.Devices;

namespace CodeExit.Cli.Daemon;

/// <summary>The first thing that a client says. These names are for all builds, as one may have to stop another.</summary>
/// <param name="Protocol">Of these messages and of the frames around them.</param>
/// <param name="Action"><see cref="Lsp"/>, <see cref="Status"/> or <see cref="Stop"/>.</param>
/// <param name="Build">Of the client.</param>
internal sealed record Hello(int Protocol, string Action, string Build)
{
    public const int CurrentProtocol = 1;
    public const string Lsp = "lsp";
    public const string Status = "status";
    public const string Stop = "stop";

    /// <summary>What the client wants to be served by; null for status and stop.</summary>
    public ServedModel? Served { get; init; }

    /// <summary>What holds for the connection until its editor says otherwise; null leaves it to the daemon.</summary>
    public ConnectionSettings? Settings { get; init; }

    public static Hello For(string action, BuildId build) => new(CurrentProtocol, action, build.Text);
}

/// <summary>What the daemon answers.</summary>
/// <param name="Refusal">Why the client is not served; null where it is.</param>
/// <param name="Connections">Editors connected, this one not counted.</param>
internal sealed record Welcome(int Protocol, int Pid, string Build, int Connections, string? Refusal = null)
{
    /// <summary>What the daemon serves, where that is why it refuses.</summary>
    public ServedModel? Serves { get; init; }
}

/// <summary>What there is one of in a daemon: all its connections share it.</summary>
/// <param name="Model">Folder, as a full path.</param>
internal sealed record ServedModel(string Model, string Device, bool Otlp)
{
    /// <summary>As the service takes them.</summary>
    [JsonIgnore]
    public CompletionSettings Settings => new() { TakesRequestSettings = true, Placement = new Placement(DeviceChoice.Parse(Device)), Otlp = Otlp };

    public override string ToString() => $"{Model} (device {Device}{(Otlp ? ", with --otlp" : "")})";
}

/// <summary>What <c>daemon status --json</c> prints.</summary>
internal sealed record DaemonStatus(bool Running)
{
    public int? Pid { get; init; }

    public string? Build { get; init; }

    public double? UptimeSeconds { get; init; }

    public int? Connections { get; init; }

    /// <summary>Requests answered since the start.</summary>
    public long? Requests { get; init; }

    /// <summary>Requests waiting or in progress.</summary>
    public int? Pending { get; init; }

    public ModelStatus? Model { get; init; }

    public long? ResidentBytes { get; init; }

    /// <summary>Until the weights are given back, if nobody asks for anything; null where they are not there, are in use, or stay.</summary>
    public double? UnloadInSeconds { get; init; }

    /// <summary>Until the process ends, if nobody connects; null while somebody is connected, or where it stays.</summary>
    public double? ExitInSeconds { get; init; }

    public string? Socket { get; init; }

    public string? Log { get; init; }
}

/// <param name="State">"unloaded", "loading", "ready" or "failed".</param>
/// <param name="Name">Empty before the first load.</param>
/// <param name="Error">Why it failed; null otherwise.</param>
internal sealed record ModelStatus(string State, string Name, string Device, string Folder, string? Error);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(Hello))]
[JsonSerializable(typeof(Welcome))]
[JsonSerializable(typeof(DaemonStatus))]
[JsonSerializable(typeof(DaemonEntry))]
internal sealed partial class DaemonJson : JsonSerializerContext;
