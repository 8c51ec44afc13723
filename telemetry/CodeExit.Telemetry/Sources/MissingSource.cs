namespace CodeExit.Telemetry.Sources;

/// <summary>Something that cannot be read here.</summary>
/// <param name="Kind">"nvml", "hwmon", "rapl", "battery".</param>
/// <param name="Device">Which one: a name or address; null where there is no such device at all.</param>
/// <param name="Reason">Why, in one clause.</param>
/// <param name="Remedy">What to do about it: a sentence, or one and commands on lines of their own; null where nothing helps.</param>
public sealed record MissingSource(string Kind, string? Device, string Reason, string? Remedy);
