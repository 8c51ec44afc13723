namespace CodeExit.Telemetry.Sources.Sysfs;

/// <summary>
/// The processor packages of this machine, by RAPL's energy counters (Intel, and AMD since kernel 5.8). Package zones are added up; what
/// lies inside them (core, uncore), around them (psys) or repeats them (intel-rapl-mmio) is left out.
/// </summary>
internal sealed class RaplSource : IEnergySource
{
    private const string Folder = "class/powercap";
    private const double JoulesPerMicrojoule = 1e-6;

    /// <summary>Root only since November 2020 (PLATYPUS, CVE-2020-8694: energy tells secrets of other processes). Whoever opens it should know that.</summary>
    private const string UdevRule = """
        Let a group read it. On a machine shared with people you do not trust, leave it closed (CVE-2020-8694).
        sudo groupadd -f power && sudo usermod -aG power $USER
        echo 'SUBSYSTEM=="powercap", ACTION=="add", RUN+="/bin/chgrp -R power /sys%p", RUN+="/bin/chmod -R g+r /sys%p"' | sudo tee /etc/udev/rules.d/70-codeexit-rapl.rules
        sudo udevadm control --reload && sudo udevadm trigger --action=add --subsystem-match=powercap
        Then log in again.
        """;

    private const string ModuleOrHost =
        "On bare metal: sudo modprobe intel_rapl_msr. A virtual machine or a container has them only if its host passes them on.";

    private const string Unmask = "Docker hides these counters: run outside the container, or mount the host's.";

    private readonly SysfsTree _sysfs;
    private readonly TimeProvider _time;
    private readonly long _origin;
    private readonly IOtherWork _others;
    private readonly (string Path, WrappingCounter Counter)[] _zones;

    private RaplSource(SysfsTree sysfs, TimeProvider time, IOtherWork others, IReadOnlyList<string> zones)
    {
        (_sysfs, _time, _others, _origin) = (sysfs, time, others, time.GetTimestamp());
        _zones = [.. zones.Select(zone => ($"{Folder}/{zone}/energy_uj", new WrappingCounter(Range(zone))))];
        var names = string.Join('+', zones.Select(zone => sysfs.Text($"{Folder}/{zone}/name").Value));
        // The registers move about every millisecond.
        Info = new EnergySourceInfo($"rapl:{names}", $"processor, {names}", "cpu-package", EnergyLabel.MeasuredCounter, TimeSpan.FromMilliseconds(1));
    }

    public EnergySourceInfo Info { get; }

    public static void Discover(SysfsTree sysfs, TimeProvider time, IOtherWork others, SourceSurvey survey)
    {
        if (!sysfs.Has("."))
        {
            survey.Miss("rapl", null, "this system has no power counters that are known here: only Linux's are read", null);
            return;
        }
        var zones = sysfs.Entries(Folder).Where(entry => IsPackage(sysfs, entry)).ToArray();
        if (zones.Length == 0)
        {
            var reason = sysfs.Has(Folder) ? "the kernel shows no processor package" : "the kernel shows no power counters";
            survey.Miss("rapl", null, reason, ModuleOrHost);
            return;
        }
        var source = new RaplSource(sysfs, time, others, zones);
        var reading = source.Read();
        if (reading.Fault == ReadFault.None) survey.Find(source);
        else survey.Miss("rapl", source.Info.Id, reading.Reason!, reading.Fault == ReadFault.Denied ? UdevRule : Unmask);
    }

    public SourceReading Read()
    {
        var at = _time.GetElapsedTime(_origin);
        double joules = 0;
        var epoch = 0;
        foreach (var (path, counter) in _zones)
        {
            var microjoules = _sysfs.Number(path);
            if (microjoules.Value is not { } value) return Failed(microjoules.Fault);
            counter.Add(value * JoulesPerMicrojoule, at);
            joules += counter.Joules;
            epoch += counter.Epoch;
        }
        return new SourceReading(joules, null, epoch);
    }

    public TimeSpan? OtherWork() => _others.Total();

    public void Dispose() { }

    private double? Range(string zone) => _sysfs.Number($"{Folder}/{zone}/max_energy_range_uj").Value * JoulesPerMicrojoule;

    private static bool IsPackage(SysfsTree sysfs, string zone) =>
        zone.StartsWith("intel-rapl:", StringComparison.Ordinal) // not intel-rapl-mmio:
        && sysfs.Text($"{Folder}/{zone}/name").Value?.StartsWith("package", StringComparison.Ordinal) == true;

    private static SourceReading Failed(ReadFault fault) => SourceReading.Failed(fault, fault switch
    {
        ReadFault.Denied => "energy_uj may be read by root only",
        ReadFault.Lost => "energy_uj is not there",
        ReadFault.Retry => "energy_uj cannot be read now",
        _ => "energy_uj holds no number",
    });
}
