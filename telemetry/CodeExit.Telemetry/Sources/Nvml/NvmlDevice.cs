namespace CodeExit.Telemetry.Sources.Nvml;

/// <summary>NVML, initialised. Handles die with it when it has to be initialised anew.</summary>
internal sealed class NvmlSession(NvmlLibrary library) : IDisposable
{
    public NvmlLibrary Library => library;

    /// <summary>Counts initialisations: handles of an earlier one are void.</summary>
    public int Generation { get; private set; }

    /// <summary>To be called again after a driver reset.</summary>
    public NvmlStatus Start()
    {
        if (Generation > 0) library.Shutdown();
        Generation++;
        return library.Init();
    }

    public void Dispose()
    {
        library.Shutdown();
        library.Dispose();
    }
}

/// <summary>A call that reads one value of a card.</summary>
internal delegate NvmlStatus NvmlRead<T>(NvmlLibrary library, nint device, out T value);

/// <summary>One card, found again by its UUID whenever its handle has died.</summary>
internal sealed class NvmlDevice(NvmlSession session, string uuid)
{
    private nint _handle;
    private int _generation;
    private bool _wasLost;

    /// <summary>Reads once; where the driver has forgotten this process, starts anew and reads again.</summary>
    public NvmlStatus Read<T>(NvmlRead<T> read, out T value)
    {
        value = default!;
        if (_wasLost && session.Start() is not NvmlStatus.Success and var stillLost) return stillLost;
        _wasLost = false;
        var status = Handle();
        if (status == NvmlStatus.Success) status = read(session.Library, _handle, out value);
        if (status == NvmlStatus.Uninitialized)
        {
            status = session.Start();
            if (status == NvmlStatus.Success) status = Handle();
            if (status == NvmlStatus.Success) status = read(session.Library, _handle, out value);
        }
        _wasLost = status.Fault() == ReadFault.Lost;
        return status;
    }

    private NvmlStatus Handle()
    {
        if (_generation == session.Generation) return NvmlStatus.Success;
        var status = session.Library.ByUuid(uuid, out _handle);
        if (status == NvmlStatus.Success) _generation = session.Generation;
        return status;
    }
}
