using CodeExit.Cli.Devices;

namespace CodeExit.Cli;

/// <summary>How weights are held. <see cref="Auto"/> takes what is fastest on the device without a visible loss.</summary>
internal enum Precision
{
    Auto,
    F32,
    Bf16,
    Int8,
}

/// <summary>Where the model runs. <see cref="Auto"/> takes a GPU that has room for it, else the CPU.</summary>
internal enum Device
{
    Auto,
    Cpu,
    Gpu,
}

/// <summary>How a model is made resident.</summary>
/// <param name="Threads">Of the processor; null leaves the choice to the engine.</param>
internal sealed record Placement(Device Device = Device.Auto, Precision Precision = Precision.Auto, int? Threads = null)
{
    public Placement(DeviceChoice choice, Precision precision = Precision.Auto) : this(choice.Device, precision) => Gpu = choice.Gpu;

    /// <summary>Which GPU: see <see cref="DeviceChoice.Gpu"/>.</summary>
    public string? Gpu { get; init; }
}
