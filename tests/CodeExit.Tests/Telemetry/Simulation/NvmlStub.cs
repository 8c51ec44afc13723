using System.Runtime.InteropServices;
using CodeExit.Telemetry;
using CodeExit.Telemetry.Sources;

namespace CodeExit.Tests.Telemetry.Simulation;

/// <summary>
/// A copy of the stub library, nvml_stub.c, with its own cards and script. The telemetry under test loads the same file, so both see the
/// same state. Cards move with the simulated clock.
/// </summary>
internal sealed unsafe class NvmlStub : IDisposable
{
    public const int NotSupported = 3;
    public const int NoPermission = 4;
    public const int DriverNotLoaded = 9;
    public const int GpuIsLost = 15;
    public const int VersionMismatch = 18;
    public const int Unknown = 999;
    public const string Energy = "nvmlDeviceGetTotalEnergyConsumption";
    public const string InstantPower = "field 186";
    public const string Power = "nvmlDeviceGetPowerUsage";

    private static readonly Lazy<string> Compiled = new(Compile);

    private readonly string _folder = Directory.CreateTempSubdirectory("codeexit-nvml-").FullName;
    private readonly nint _library;

    public NvmlStub(SimulatedTime time)
    {
        Path = System.IO.Path.Combine(_folder, "libnvidia-ml.so.1");
        File.Copy(Compiled.Value, Path);
        _library = NativeLibrary.Load(Path);
        time.Moved += now => Clock(now.TotalSeconds);
        Clock(time.Now.TotalSeconds);
    }

    public string Path { get; }

    public TelemetryOptions Options => new() { NvmlLibrary = Path, Sysfs = _folder };

    /// <summary>How often the library was asked for something of a card.</summary>
    public long Calls => ((delegate* unmanaged<nint>)Export("stub_calls"))();

    public int AddCard(string uuid = "GPU-a", string name = "Stub A", uint bus = 1)
    {
        fixed (byte* first = Bytes(uuid), second = Bytes(name)) return ((delegate* unmanaged<byte*, byte*, uint, int>)Export("stub_card"))(first, second, bus);
    }

    public void Idle(int card, double watts) => ((delegate* unmanaged<int, double, void>)Export("stub_idle"))(card, watts);

    public void Draw(int card, double from, double to, double watts) => ((delegate* unmanaged<int, double, double, double, void>)Export("stub_power"))(card, from, to, watts);

    /// <summary>The power reading shows this, whatever the card draws.</summary>
    public void Misread(int card, double watts) => ((delegate* unmanaged<int, double, void>)Export("stub_misread"))(card, watts);

    public void Counter(int card, double period, double jitter) => ((delegate* unmanaged<int, double, double, void>)Export("stub_counter"))(card, period, jitter);

    public void Wrap(int card, double joules) => ((delegate* unmanaged<int, double, void>)Export("stub_wrap"))(card, joules);

    /// <summary>Bytes that the driver calls free; 0 has it not tell.</summary>
    public void Memory(int card, ulong free) => ((delegate* unmanaged<int, ulong, void>)Export("stub_memory"))(card, free);

    public void Mig(int card) => ((delegate* unmanaged<int, uint, void>)Export("stub_mig"))(card, 1);

    public void Capability(int card, int major, int minor) => ((delegate* unmanaged<int, int, int, void>)Export("stub_capability"))(card, major, minor);

    public void Process(int card, uint id, ulong timestamp, uint utilization) => ((delegate* unmanaged<int, uint, ulong, uint, void>)Export("stub_process"))(card, id, timestamp, utilization);

    public void Reset(int card) => ((delegate* unmanaged<int, void>)Export("stub_reset"))(card);

    /// <summary>As after a driver restart: every handle is void until NVML is initialised anew.</summary>
    public void Forget() => ((delegate* unmanaged<void>)Export("stub_forget"))();

    public void Fail(string function, int status, int card = 0)
    {
        fixed (byte* name = Bytes(function)) ((delegate* unmanaged<byte*, int, int, void>)Export("stub_fail"))(name, card, status);
    }

    public EnergySources Discover(TimeProvider time) => EnergySources.Discover(Options, time);

    public static IEnergySource Card(EnergySources sources, string uuid = "GPU-a") => Assert.IsType<IEnergySource>(sources.ForCard(uuid), exactMatch: false);

    public void Dispose()
    {
        NativeLibrary.Free(_library);
        Directory.Delete(_folder, recursive: true);
    }

    private void Clock(double seconds) => ((delegate* unmanaged<double, void>)Export("stub_clock"))(seconds);

    private nint Export(string name) => NativeLibrary.GetExport(_library, name);

    private static byte[] Bytes(string text) => System.Text.Encoding.UTF8.GetBytes(text + '\0');

    private static string Compile()
    {
        var library = System.IO.Path.Combine(AppContext.BaseDirectory, "nvml_stub.so");
        CCompiler.CompileLibrary(RepositoryFiles.Path("tests", "CodeExit.Tests", "Telemetry", "Simulation", "nvml_stub.c"), library);
        return library;
    }
}
