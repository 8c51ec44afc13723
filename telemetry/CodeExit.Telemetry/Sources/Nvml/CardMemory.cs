namespace CodeExit.Telemetry.Sources.Nvml;

/// <summary>Free memory of NVIDIA's cards, which their OpenCL driver does not tell.</summary>
public static class CardMemory
{
    /// <summary>Bytes free now; null where no driver tells. Wakes the card: ask only of one that is about to be used.</summary>
    /// <param name="uuidsOrPciIds">What the compute runtime calls the card: any of them may match.</param>
    public static long? Free(TelemetryOptions options, params IReadOnlyList<string> uuidsOrPciIds)
    {
        if (NvmlLibrary.TryLoad(options.NvmlLibrary) is not { } library) return null;
        using var session = new NvmlSession(library);
        if (session.Start() != NvmlStatus.Success || library.Count(out var count) != NvmlStatus.Success) return null;
        for (uint index = 0; index < count; index++)
        {
            if (library.ByIndex(index, out var card) != NvmlStatus.Success || library.Uuid(card, out var uuid) != NvmlStatus.Success) continue;
            var located = library.Pci(card, out var place);
            var info = new EnergySourceInfo("", "", "gpu", EnergyLabel.Unavailable, TimeSpan.Zero)
            {
                Uuid = uuid,
                PciId = located == NvmlStatus.Success ? new PciAddress(place.Domain, place.Bus, place.Device, 0).ToString() : null,
            };
            if (uuidsOrPciIds.Any(info.Is)) return library.Memory(card, out var memory) == NvmlStatus.Success ? (long)memory.Free : null;
        }
        return null;
    }
}
