using CodeExit.Completion.Calibration;

namespace CodeExit.Cli.Output;

/// <summary>The folder whose <c>modes.json</c> a calibration adds to.</summary>
internal sealed class ModesFolder(string folder)
{
    /// <summary>Makes the folder where there is none, and finds out whether modes can be read from it and written to it.</summary>
    /// <exception cref="Inference.Checkpoints.CheckpointException">There is a file of modes that cannot be read.</exception>
    public void Prepare()
    {
        Directory.CreateDirectory(folder);
        CalibratedModes.ReadAny(folder);
        using (File.Create(Path.Combine(folder, $"{CalibratedModes.FileName}.{Environment.ProcessId}.try"), 1, FileOptions.DeleteOnClose)) { }
    }

    /// <summary>Puts modes beside those of the same model that are there already; those of another model go, and are named.</summary>
    public void Write(CliHost host, IReadOnlyDictionary<string, CalibratedMode> calibrated, string fingerprint, IReadOnlyList<int> exitLayers)
    {
        var earlier = CalibratedModes.ReadAny(folder).All.Where(mode => !calibrated.ContainsKey(mode.Key)).ToArray();
        var kept = earlier.Where(mode => mode.Value.Base == fingerprint && mode.Value.ExitLayers.SequenceEqual(exitLayers)).ToArray();
        new CalibratedModes([.. calibrated, .. kept]).Write(folder);
        host.Out.WriteLine($"Written to {Path.Combine(folder, CalibratedModes.FileName)}.");
        foreach (var (name, _) in earlier.Except(kept)) host.Out.WriteLine($"Its mode '{name}' was calibrated on other weights or exits and is removed.");
    }
}
