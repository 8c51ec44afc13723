namespace CodeExit.Telemetry.Sources.Nvml;

/// <summary>A card by its energy counter, with the power of now beside it where the driver tells.</summary>
internal sealed class NvmlCounterSource(NvmlDevice device, EnergySourceInfo info, NvmlOthers others, TimeProvider time) : IEnergySource
{
    /// <summary>What ML.ENERGY found; one user reports 10 ms. Found out while it is read.</summary>
    public static readonly TimeSpan Period = TimeSpan.FromMilliseconds(100);

    private const double JoulesPerMillijoule = 1e-3;
    private const double WattsPerMilliwatt = 1e-3;

    private static readonly NvmlRead<ulong> Energy = static (library, card, out value) => library.Energy(card, out value);

    private readonly WrappingCounter _counter = new(range: null);
    private readonly long _origin = time.GetTimestamp();

    public EnergySourceInfo Info => info;

    public SourceReading Read()
    {
        var status = device.Read(Energy, out var millijoules);
        if (status != NvmlStatus.Success)
        {
            if (status.Fault() == ReadFault.Lost) _counter.Forget();
            return SourceReading.Failed(status.Fault(), status.Reason());
        }
        _counter.Add(millijoules * JoulesPerMillijoule, time.GetElapsedTime(_origin));
        var instant = device.Read(NvmlPowerSource.Instant, out var milliwatts);
        return new SourceReading(_counter.Joules, instant == NvmlStatus.Success ? milliwatts * WattsPerMilliwatt : null, _counter.Epoch);
    }

    public TimeSpan? OtherWork() => others.Total();

    public void Dispose() { }
}

/// <summary>A card without a counter, by the power of now.</summary>
/// <param name="power">Reads mW: <see cref="Instant"/> or <see cref="Usage"/>.</param>
internal sealed class NvmlPowerSource(NvmlDevice device, EnergySourceInfo info, NvmlOthers others, NvmlRead<uint> power) : IEnergySource
{
    /// <summary>Field 186.</summary>
    public static readonly NvmlRead<uint> Instant = static (library, card, out value) => library.InstantPower(card, out value);

    /// <summary>nvmlDeviceGetPowerUsage, for cards on which that is the power of now.</summary>
    public static readonly NvmlRead<uint> Usage = static (library, card, out value) => library.Power(card, out value);

    public EnergySourceInfo Info => info;

    public SourceReading Read()
    {
        var status = device.Read(power, out var milliwatts);
        return status == NvmlStatus.Success ? new SourceReading(null, milliwatts * 1e-3, 0) : SourceReading.Failed(status.Fault(), status.Reason());
    }

    public TimeSpan? OtherWork() => others.Total();

    public void Dispose() { }
}
