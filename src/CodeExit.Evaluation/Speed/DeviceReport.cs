using CodeExit.Evaluation.Machine;

namespace CodeExit.Evaluation.Speed;

/// <summary>Milliseconds that a decoded token takes at least, each limit by itself: the largest of them is the floor.</summary>
/// <param name="Memory">Bytes moved over copy bandwidth.</param>
/// <param name="Arithmetic">Operations over the F32 multiply-add peak.</param>
/// <param name="Launches">Launches at what an empty kernel takes in a full queue.</param>
public sealed record TokenFloor(double Memory, double Arithmetic, double Launches);

/// <summary>What <c>bench speed</c> says of a device with memory of its own. Bytes and launches are counted, of a decoded token at full depth.</summary>
/// <param name="MemoryBytesPerToken">Moved within the device's memory, as things lie there.</param>
/// <param name="LeastMemoryBytesPerToken">Weights without padding, biases and scales, and keys and values, each once.</param>
/// <param name="MemoryOverLeast">How many times the least is moved.</param>
/// <param name="LaunchesOutsideLayers">Of embedding and read-out.</param>
/// <param name="HostBytesPerToken">Between host and device, both ways.</param>
/// <param name="LaunchUs">An empty kernel among many.</param>
/// <param name="LaunchAndWaitUs">An empty kernel that is waited for.</param>
/// <param name="FirstTokenMs">To the first token of <paramref name="FirstTokenPrompt"/> prompt tokens, none of them in the cache.</param>
/// <param name="MsLine">Milliseconds of a token over layers run; null where there are too few layers.</param>
public sealed record DeviceReport(
    double MemoryBytesPerToken, double LeastMemoryBytesPerToken, double MemoryOverLeast,
    double LaunchesPerToken, double? LaunchesPerLayer, double? LaunchesOutsideLayers, double HostBytesPerToken,
    double LaunchUs, double LaunchAndWaitUs, int FirstTokenPrompt, double FirstTokenMs,
    IReadOnlyList<DepthPoint> Depths, DepthLine? MsLine, TokenFloor FloorMs, GreedySample Greedy)
{
    internal static DeviceReport Of(SpeedMeasurement measurement, DeviceMeasurement device)
    {
        var (work, machine) = (measurement.Work, measurement.Machine);
        var least = work.LeastBytes(BytesPerWeight(measurement.Precision), device.Position);
        int[] depths = [.. device.Depths.Select(point => point.Layers)];
        var launches = Speed.Depths.Line(depths, [.. device.Depths.Select(point => point.Launches)]);
        var launch = machine.Launch ?? new LaunchCost(0, 0);
        return new DeviceReport(
            device.MemoryBytes, least, device.MemoryBytes / least,
            device.Launches, launches?.PerLayer, launches?.Outside, device.HostBytes,
            launch.Queued * 1e6, launch.Waited * 1e6, device.LongPromptTokens, device.LongPromptSeconds * 1e3,
            device.Depths, Speed.Depths.Line(depths, [.. device.Depths.Select(point => point.MsPerToken)]),
            new TokenFloor(
                device.MemoryBytes / machine.CopyBandwidth * 1e3, work.DecodeOperations(device.Position) / machine.FmaPeak * 1e3,
                device.Launches * launch.Queued * 1e3),
            device.Greedy);
    }

    private static double BytesPerWeight(string precision) => precision switch
    {
        "f32" => 4,
        "bf16" => 2,
        _ => 1,
    };
}
