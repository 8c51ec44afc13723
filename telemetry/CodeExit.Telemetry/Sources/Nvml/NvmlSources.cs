namespace CodeExit.Telemetry.Sources.Nvml;

/// <summary>A card by its energy counter, with the power of now beside it where the driver tells.</summary>
internal sealed class NvmlCounterSource(NvmlDevice device, EnergySourceInfo info, NvmlOthers others, TimeProvider time) : IEnergySource
{
    /// <summary>What ML.ENERGY found; one user reports 10 ms. Found out while it is read.</summary>
    public static readonly TimeSpan Period = TimeSpan.FromMilliseconds(100);

    private const double JoulesPerMillijoule = 1e-3;
    private const double WattsPerMilliwatt = 1e-3;

    private readonly WrappingCounter _counter = new(range: null);
    private readonly long _origin = time.GetTimestamp();

    public EnergySourceInfo Info => info;

    public SourceReading Read()
    {
        var status = device.Read(static (NvmlLibrary nvml, nint card, out ulong value) => nvml.Energy(card, out value), out var millijoules);
        if (status != NvmlStatus.Success)
        {
            if (status.Fault() == ReadFault.Lost) _counter.Forget();
            return SourceReading.Failed(status.Fault(), status.Reason());
        }
        _counter.Add(millijoules * JoulesPerMillijoule, time.GetElapsedTime(_origin));
        var instant = device.Read(static (NvmlLibrary nvml, nint card, out uint value) => nvml.InstantPower(card, out value), out var milliwatts);
        return new SourceReading(_counter.Joules, instant == NvmlStatus.Success ? milliwatts * WattsPerMilliwatt : null, _counter.Epoch);
    }

    public TimeSpan? OtherWork() => others.Total();

    public void Dispose() { }
}

/// <summary>A card without a counter, by the power of now.</summary>
/// <param name="power">Reads mW.</param>
internal sealed class NvmlPowerSource(NvmlDevice device, EnergySourceInfo info, NvmlOthers others, NvmlRead<uint> power) : IEnergySource
{
    public EnergySourceInfo Info => info;

    public SourceReading Read()
    {
        var status = device.Read(power, out var milliwatts);
        return status == NvmlStatus.Success ? new SourceReading(null, milliwatts * 1e-3, 0) : SourceReading.Failed(status.Fault(), status.Reason());
    }

    public TimeSpan? OtherWork() => others.Total();

    public void Dispose() { }
}
