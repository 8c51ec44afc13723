using CodeExit.Telemetry.Sources.Sysfs;

namespace CodeExit.Telemetry.Sources.Nvml;

/// <summary>Finds NVIDIA cards, and for each the ways in which it can be read.</summary>
internal sealed class NvmlDiscovery(SysfsTree sysfs, TimeProvider time, SourceSurvey survey)
{
    private const string Kind = "nvml";

    /// <param name="libraryPath">The library to load instead of the driver's; null for that.</param>
    public void Run(string? libraryPath)
    {
        var cards = PciDevices.Displays(sysfs).Where(card => card.Vendor == PciDevices.Nvidia).ToArray();
        foreach (var card in cards.Where(card => card.Asleep))
        {
            survey.Miss(Kind, card.Address.ToString(), PciDevices.AsleepReason, PciDevices.AsleepRemedy);
        }
        if (cards.Length > 0 && cards.All(card => card.Asleep)) return; // loading the driver's library would wake them
        if (NvmlLibrary.TryLoad(libraryPath) is not { } library)
        {
            MissLibrary(libraryPath, cards);
            return;
        }
        var session = new NvmlSession(library);
        survey.Own(session);
        var started = session.Start();
        if (started != NvmlStatus.Success)
        {
            survey.Miss(Kind, null, started.Reason(), started.Remedy());
            return;
        }
        foreach (var (status, handle, name) in Handles(library, cards))
        {
            if (status == NvmlStatus.Success) Add(session, handle);
            else survey.Miss(Kind, name, status.Reason(), status.Remedy());
        }
    }

    private void MissLibrary(string? libraryPath, PciDevice[] cards)
    {
        if (libraryPath is not null)
        {
            survey.Miss(Kind, null, $"{libraryPath} cannot be loaded", $"{TelemetryOptions.NvmlLibraryVariable} names it: correct or unset it.");
        }
        else if (cards.Length == 0)
        {
            survey.Miss(Kind, null, "no NVIDIA card and no driver of one", null);
        }
        else
        {
            survey.Miss(
                Kind, cards[0].Address.ToString(), "NVIDIA's driver library is not installed",
                "Install NVIDIA's driver with its libnvidia-ml; in a container, start it with the card (Docker: --gpus all).");
        }
    }

    /// <summary>By index, as NVML counts; where a card sleeps, the others by their address, so that it is not touched.</summary>
    private static IEnumerable<(NvmlStatus Status, nint Handle, string Name)> Handles(NvmlLibrary library, PciDevice[] cards)
    {
        if (cards.Any(card => card.Asleep))
        {
            foreach (var card in cards.Where(card => !card.Asleep))
            {
                yield return (library.ByPci(card.Address, out var handle), handle, card.Address.ToString());
            }
            yield break;
        }
        var counted = library.Count(out var count);
        if (counted != NvmlStatus.Success || count == 0) yield return (counted == NvmlStatus.Success ? NvmlStatus.NotFound : counted, 0, "");
        for (uint index = 0; index < count; index++) yield return (library.ByIndex(index, out var handle), handle, $"card {index}");
    }

    private void Add(NvmlSession session, nint handle)
    {
        var nvml = session.Library;
        nvml.Name(handle, out var name);
        var named = nvml.Uuid(handle, out var uuid);
        if (named != NvmlStatus.Success)
        {
            survey.Miss(Kind, name, named.Reason(), named.Remedy());
            return;
        }
        nvml.MigMode(handle, out var isPartitioned);
        if (isPartitioned)
        {
            survey.Miss(
                Kind, $"{name} {uuid}", "the card is in MIG mode: its counter covers all instances, and none has its own",
                "Run on a card without MIG to have energy measured.");
            return;
        }
        var located = nvml.Pci(handle, out var place);
        var info = new EnergySourceInfo($"nvml:{uuid}", name, "gpu", EnergyLabel.MeasuredCounter, NvmlCounterSource.Period)
        {
            PciId = located == NvmlStatus.Success ? new PciAddress(place.Domain, place.Bus, place.Device, 0).ToString() : null,
            Uuid = uuid,
            LimitWatts = nvml.PowerLimit(handle, out var limit) == NvmlStatus.Success ? limit * 1e-3 : null,
        };
        var ways = Ways(nvml, handle, new NvmlDevice(session, uuid), info, out var refusal);
        if (ways.Count > 0) survey.Find(new FallbackSource(ways));
        else survey.Miss(Kind, $"{name} {uuid}", refusal.Reason, refusal.Remedy);
    }

    /// <param name="refusal">Why there is none, where there is none.</param>
    private List<IEnergySource> Ways(
        NvmlLibrary nvml, nint handle, NvmlDevice device, EnergySourceInfo info, out (string Reason, string? Remedy) refusal)
    {
        var ways = new List<IEnergySource>();
        var others = new NvmlOthers(device, OwnProcess.Id());
        // The driver's own sampling of power is faster than ours; nothing says how fast.
        var integrated = info with { Label = EnergyLabel.MeasuredIntegrated, Period = TimeSpan.FromMilliseconds(20) };
        var energy = nvml.Energy(handle, out _);
        if (energy == NvmlStatus.Success) ways.Add(new NvmlCounterSource(device, info, others, time));
        if (nvml.InstantPower(handle, out _) == NvmlStatus.Success)
        {
            ways.Add(new NvmlPowerSource(device, integrated, others, NvmlPowerSource.Instant));
        }
        var power = nvml.Power(handle, out _);
        if (power == NvmlStatus.Success && TellsPowerOfNow(nvml, handle))
        {
            ways.Add(new NvmlPowerSource(device, integrated, others, NvmlPowerSource.Usage));
        }
        refusal = power == NvmlStatus.Success
            ? ("the driver tells only the average power of the last second, and requests are shorter", "Drivers after 530 tell the power of now.")
            : (energy.Reason(), energy.Remedy());
        return ways;
    }

    /// <summary>Before Ampere (compute capability 8), and on GA100 (8.0), nvmlDeviceGetPowerUsage does not average over a second.</summary>
    private static bool TellsPowerOfNow(NvmlLibrary nvml, nint handle) =>
        nvml.Capability(handle, out var capability) == NvmlStatus.Success && (capability.Major < 8 || capability == (8, 0));
}
