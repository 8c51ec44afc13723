using System.Runtime.InteropServices;

namespace CodeExit.Telemetry.Sources.Nvml;

/// <summary>
/// NVIDIA's management library, as its driver installs it, or another in its place. Functions are looked up one by one, so that an old
/// driver that lacks one is still good for the others: a missing one answers as NVML itself does, <see cref="NvmlStatus.FunctionNotFound"/>.
/// Not one import for the whole process, as tests load several libraries beside each other.
/// </summary>
internal sealed unsafe class NvmlLibrary : IDisposable
{
    private readonly nint _library;
    private readonly delegate* unmanaged<NvmlStatus> _init, _shutdown;
    private readonly delegate* unmanaged<uint*, NvmlStatus> _count;
    private readonly delegate* unmanaged<uint, nint*, NvmlStatus> _byIndex;
    private readonly delegate* unmanaged<byte*, nint*, NvmlStatus> _byUuid, _byPci;
    private readonly delegate* unmanaged<nint, byte*, uint, NvmlStatus> _name, _uuid;
    private readonly delegate* unmanaged<nint, NvmlPciInfo*, NvmlStatus> _pci;
    private readonly delegate* unmanaged<nint, uint*, NvmlStatus> _power, _limit;
    private readonly delegate* unmanaged<nint, ulong*, NvmlStatus> _energy;
    private readonly delegate* unmanaged<nint, int, NvmlFieldValue*, NvmlStatus> _fields;
    private readonly delegate* unmanaged<nint, uint*, uint*, NvmlStatus> _mig;
    private readonly delegate* unmanaged<nint, int*, int*, NvmlStatus> _capability;
    private readonly delegate* unmanaged<nint, NvmlProcessSample*, uint*, ulong, NvmlStatus> _processes;
    private readonly delegate* unmanaged<nint, NvmlMemory*, NvmlStatus> _memory;

    private NvmlLibrary(nint library)
    {
        _library = library;
        _init = (delegate* unmanaged<NvmlStatus>)Export("nvmlInit_v2");
        _shutdown = (delegate* unmanaged<NvmlStatus>)Export("nvmlShutdown");
        _count = (delegate* unmanaged<uint*, NvmlStatus>)Export("nvmlDeviceGetCount_v2");
        _byIndex = (delegate* unmanaged<uint, nint*, NvmlStatus>)Export("nvmlDeviceGetHandleByIndex_v2");
        _byUuid = (delegate* unmanaged<byte*, nint*, NvmlStatus>)Export("nvmlDeviceGetHandleByUUID");
        _byPci = (delegate* unmanaged<byte*, nint*, NvmlStatus>)Export("nvmlDeviceGetHandleByPciBusId_v2");
        _name = (delegate* unmanaged<nint, byte*, uint, NvmlStatus>)Export("nvmlDeviceGetName");
        _uuid = (delegate* unmanaged<nint, byte*, uint, NvmlStatus>)Export("nvmlDeviceGetUUID");
        _pci = (delegate* unmanaged<nint, NvmlPciInfo*, NvmlStatus>)Export("nvmlDeviceGetPciInfo_v3");
        _power = (delegate* unmanaged<nint, uint*, NvmlStatus>)Export("nvmlDeviceGetPowerUsage");
        _limit = (delegate* unmanaged<nint, uint*, NvmlStatus>)Export("nvmlDeviceGetEnforcedPowerLimit");
        _energy = (delegate* unmanaged<nint, ulong*, NvmlStatus>)Export("nvmlDeviceGetTotalEnergyConsumption");
        _fields = (delegate* unmanaged<nint, int, NvmlFieldValue*, NvmlStatus>)Export("nvmlDeviceGetFieldValues");
        _mig = (delegate* unmanaged<nint, uint*, uint*, NvmlStatus>)Export("nvmlDeviceGetMigMode");
        _capability = (delegate* unmanaged<nint, int*, int*, NvmlStatus>)Export("nvmlDeviceGetCudaComputeCapability");
        _processes = (delegate* unmanaged<nint, NvmlProcessSample*, uint*, ulong, NvmlStatus>)Export("nvmlDeviceGetProcessUtilization");
        _memory = (delegate* unmanaged<nint, NvmlMemory*, NvmlStatus>)Export("nvmlDeviceGetMemoryInfo");
    }

    /// <returns>Null where none of the places has a library that loads.</returns>
    /// <param name="path">The one place to look at; null for the driver's own.</param>
    public static NvmlLibrary? TryLoad(string? path)
    {
        foreach (var place in path is null ? Places() : [path])
        {
            if (NativeLibrary.TryLoad(place, out var library)) return new NvmlLibrary(library);
        }
        return null;
    }

    public NvmlStatus Init() => _init == null ? NvmlStatus.FunctionNotFound : _init();

    public NvmlStatus Shutdown() => _shutdown == null ? NvmlStatus.FunctionNotFound : _shutdown();

    public NvmlStatus Count(out uint count)
    {
        fixed (uint* result = &count) return Cleared(result, _count == null) ?? _count(result);
    }

    public NvmlStatus ByIndex(uint index, out nint device)
    {
        fixed (nint* result = &device) return Cleared(result, _byIndex == null) ?? _byIndex(index, result);
    }

    public NvmlStatus ByUuid(string uuid, out nint device) => Named(_byUuid, uuid, out device);

    public NvmlStatus ByPci(PciAddress address, out nint device) => Named(_byPci, address.ToString(), out device);

    public NvmlStatus Name(nint device, out string name) => Text(_name, device, out name);

    public NvmlStatus Uuid(nint device, out string uuid) => Text(_uuid, device, out uuid);

    public NvmlStatus Pci(nint device, out NvmlPciInfo pci)
    {
        fixed (NvmlPciInfo* result = &pci) return Cleared(result, _pci == null) ?? _pci(device, result);
    }

    public NvmlStatus Memory(nint device, out NvmlMemory memory)
    {
        fixed (NvmlMemory* result = &memory) return Cleared(result, _memory == null) ?? _memory(device, result);
    }

    /// <summary>mW: an average over a second on Ampere and later, GA100 excepted; of now on others.</summary>
    public NvmlStatus Power(nint device, out uint milliwatts)
    {
        fixed (uint* result = &milliwatts) return Cleared(result, _power == null) ?? _power(device, result);
    }

    public NvmlStatus PowerLimit(nint device, out uint milliwatts)
    {
        fixed (uint* result = &milliwatts) return Cleared(result, _limit == null) ?? _limit(device, result);
    }

    /// <summary>mJ since the driver was loaded; Volta and later.</summary>
    public NvmlStatus Energy(nint device, out ulong millijoules)
    {
        fixed (ulong* result = &millijoules) return Cleared(result, _energy == null) ?? _energy(device, result);
    }

    /// <summary>mW of now.</summary>
    public NvmlStatus InstantPower(nint device, out uint milliwatts)
    {
        milliwatts = 0;
        if (_fields == null) return NvmlStatus.FunctionNotFound;
        var field = new NvmlFieldValue { FieldId = NvmlFieldValue.InstantPower };
        var status = _fields(device, 1, &field);
        if (status != NvmlStatus.Success) return status;
        if (field.Status != NvmlStatus.Success) return field.Status;
        if (field.Whole is not { } value) return NvmlStatus.NotSupported;
        milliwatts = (uint)value;
        return NvmlStatus.Success;
    }

    public NvmlStatus MigMode(nint device, out bool enabled)
    {
        uint current = 0, pending = 0;
        var status = _mig == null ? NvmlStatus.FunctionNotFound : _mig(device, &current, &pending);
        enabled = status == NvmlStatus.Success && current == 1;
        return status;
    }

    /// <summary>CUDA's compute capability: (8, 0) is GA100.</summary>
    public NvmlStatus Capability(nint device, out (int Major, int Minor) capability)
    {
        int major = 0, minor = 0;
        var status = _capability == null ? NvmlStatus.FunctionNotFound : _capability(device, &major, &minor);
        capability = (major, minor);
        return status;
    }

    /// <summary>Who used the card after a moment in µs since 1970.</summary>
    public NvmlStatus Processes(nint device, Span<NvmlProcessSample> samples, ulong after, out int count)
    {
        var length = (uint)samples.Length;
        NvmlStatus status;
        fixed (NvmlProcessSample* first = samples) status = _processes == null ? NvmlStatus.FunctionNotFound : _processes(device, first, &length, after);
        count = status == NvmlStatus.Success ? (int)Math.Min(length, samples.Length) : 0;
        return status;
    }

    public void Dispose() => NativeLibrary.Free(_library);

    private static IEnumerable<string> Places()
    {
        if (!OperatingSystem.IsWindows()) return ["libnvidia-ml.so.1", "/usr/lib/wsl/lib/libnvidia-ml.so.1"];
        var programs = Environment.GetEnvironmentVariable("ProgramW6432") ?? "";
        return [Path.Combine(Environment.SystemDirectory, "nvml.dll"), Path.Combine(programs, "NVIDIA Corporation", "NVSMI", "nvml.dll")];
    }

    private nint Export(string name) => NativeLibrary.TryGetExport(_library, name, out var address) ? address : 0;

    /// <summary>An out parameter must hold something even where the driver writes nothing.</summary>
    private static NvmlStatus? Cleared<T>(T* result, bool isMissing) where T : unmanaged
    {
        *result = default;
        return isMissing ? NvmlStatus.FunctionNotFound : null;
    }

    private static NvmlStatus Named(delegate* unmanaged<byte*, nint*, NvmlStatus> function, string name, out nint device)
    {
        var bytes = System.Text.Encoding.UTF8.GetBytes(name + '\0');
        fixed (byte* text = bytes)
        fixed (nint* result = &device) return Cleared(result, function == null) ?? function(text, result);
    }

    private static NvmlStatus Text(delegate* unmanaged<nint, byte*, uint, NvmlStatus> function, nint device, out string text)
    {
        NvmlText buffer = default;
        var status = function == null ? NvmlStatus.FunctionNotFound : function(device, (byte*)&buffer, NvmlText.Length);
        text = status == NvmlStatus.Success ? Marshal.PtrToStringUTF8((nint)(&buffer)) ?? "" : "";
        return status;
    }
}
