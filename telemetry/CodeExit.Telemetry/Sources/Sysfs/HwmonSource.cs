namespace CodeExit.Telemetry.Sources.Sysfs;

/// <summary>
/// A graphics card by its kernel driver's sensors: i915 and xe count µJ (energy1_input), amdgpu tells µW (power1_input, on older cards
/// power1_average). AMD's own energy counter is left alone: it is not reliable (amdsmi issue 38).
/// </summary>
internal sealed class HwmonSource : IEnergySource
{
    private const string Folder = "class/hwmon";
    private const double PerMicro = 1e-6;

    private static readonly string[] Drivers = ["amdgpu", "i915", "xe"];

    private readonly SysfsTree _sysfs;
    private readonly TimeProvider _time;
    private readonly long _origin;
    private readonly string _file;
    private readonly WrappingCounter? _counter;

    private HwmonSource(SysfsTree sysfs, TimeProvider time, string driver, PciAddress? pci, string folder, string attribute)
    {
        (_sysfs, _time, _origin, _file) = (sysfs, time, time.GetTimestamp(), $"{folder}/{attribute}");
        _counter = attribute.StartsWith("energy", StringComparison.Ordinal) ? new WrappingCounter(range: null) : null;
        var address = pci?.ToString();
        Info = new EnergySourceInfo(
            $"{driver}:{address ?? Path.GetFileName(folder)}", $"graphics card, {driver}", "gpu",
            _counter is null ? EnergyLabel.MeasuredIntegrated : EnergyLabel.MeasuredCounter,
            // Not documented by the drivers; a counter that moves more rarely is found out while it is read.
            TimeSpan.FromMilliseconds(10))
        {
            PciId = address,
            LimitWatts = sysfs.Number($"{folder}/power1_cap").Value is { } cap and > 0 ? cap * PerMicro : null,
        };
    }

    public EnergySourceInfo Info { get; }

    public static void Discover(SysfsTree sysfs, TimeProvider time, SourceSurvey survey)
    {
        foreach (var entry in sysfs.Entries(Folder))
        {
            var folder = $"{Folder}/{entry}";
            if (sysfs.Text($"{folder}/name").Value is not { } driver || !Drivers.Contains(driver)) continue;
            PciAddress? pci = sysfs.LinkTarget($"{folder}/device") is { } device && PciAddress.TryParse(device, out var address) ? address : null;
            var place = pci?.ToString() ?? entry;
            if (pci is { } card && PciDevices.IsAsleep(sysfs, card))
            {
                survey.Miss(driver, place, PciDevices.AsleepReason, PciDevices.AsleepRemedy);
                continue;
            }
            var attributes = driver == "amdgpu" ? new[] { "power1_input", "power1_average" } : ["energy1_input"];
            var reads = attributes.Select(attribute => (Attribute: attribute, sysfs.Number($"{folder}/{attribute}").Fault)).ToArray();
            if (reads.FirstOrDefault(read => read.Fault == ReadFault.None).Attribute is { } found)
            {
                survey.Find(new HwmonSource(sysfs, time, driver, pci, folder, found));
            }
            else if (reads.Any(read => read.Fault == ReadFault.Denied))
            {
                survey.Miss(driver, place, $"{attributes[0]} may not be read by this user", "Give the user read access by a udev rule for the card's hwmon folder.");
            }
            else
            {
                survey.Miss(
                    driver, place, $"the driver offers no {string.Join(" or ", attributes)} for this card",
                    driver == "amdgpu" ? null : "Discrete Intel cards have it with a kernel that is new enough.");
            }
        }
        MissCards(sysfs, survey);
    }

    public SourceReading Read()
    {
        var value = _sysfs.Number(_file);
        if (value.Value is not { } number)
        {
            if (value.Fault == ReadFault.Lost) _counter?.Forget();
            var reason = value.Fault == ReadFault.Lost ? "is gone: the card was unplugged or its driver unloaded" : "cannot be read";
            return SourceReading.Failed(value.Fault, $"{_file} {reason}");
        }
        if (_counter is null) return new SourceReading(null, number * PerMicro, 0);
        _counter.Add(number * PerMicro, _time.GetElapsedTime(_origin));
        return new SourceReading(_counter.Joules, null, _counter.Epoch);
    }

    public void Dispose() { }

    /// <summary>Cards of these makers that no driver with sensors has taken.</summary>
    private static void MissCards(SysfsTree sysfs, SourceSurvey survey)
    {
        foreach (var card in PciDevices.Displays(sysfs).Where(card => card.Vendor is PciDevices.Amd or PciDevices.Intel))
        {
            var place = card.Address.ToString();
            if (survey.Knows(place)) continue;
            var maker = card.Vendor == PciDevices.Amd ? "AMD" : "Intel";
            var reason = card.Driver is { } driver ? $"{maker} card with driver {driver}, which has no sensors for it" : $"{maker} card without a driver";
            survey.Miss("hwmon", place, reason, card.Driver is null ? "Load its kernel driver: amdgpu, i915 or xe." : null);
        }
    }
}
