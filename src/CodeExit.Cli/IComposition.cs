using CodeExit.Cli.Input;
using CodeExit.Completion;
using CodeExit.Evaluation.Speed;
using CodeExit.Inference.Compute.Gpu;
using CodeExit.Inference.Tokenization;
using CodeExit.Telemetry;
using CodeExit.Telemetry.Attribution;

namespace CodeExit.Cli;

/// <summary>
/// What commands ask of the other projects. One implementation composes the real parts; tests put fakes in its place.
/// Every member fails with <see cref="Inference.Checkpoints.CheckpointException"/> where a model folder cannot be used, and with
/// <see cref="UsageException"/> where a setting names something that does not exist.
/// </summary>
internal interface IComposition
{
    /// <summary>Refuses what <see cref="CreateCompletionService"/> would, and makes nothing.</summary>
    /// <exception cref="ArgumentException">Names the setting, the value and what would be right.</exception>
    void Validate(CompletionSettings settings);

    /// <summary>A service over one model, not loaded yet. The caller disposes it.</summary>
    ICompletionService CreateCompletionService(ModelLocation model, CompletionSettings settings);

    /// <summary>Opens a model to look into its layers. Needs no tokenizer in the folder.</summary>
    IInspection OpenInspection(ModelLocation model);

    /// <summary>Reads what a model folder holds without making its weights resident.</summary>
    ModelDescription DescribeModel(ModelLocation model);

    /// <summary>What OpenCL offers here. Loads every driver that there is, and may wake a card.</summary>
    GpuDeviceList ListGpus();

    /// <summary>Bytes free on a device; null where nothing tells.</summary>
    long? FreeMemory(GpuDevice gpu);

    /// <summary>Opens a model to time it. Needs no tokenizer in the folder.</summary>
    SpeedSubject OpenForSpeed(ModelLocation model, Placement placement);

    /// <summary>Opens a model to run it under many policies. The caller disposes it.</summary>
    LoadedModel OpenForPolicies(ModelLocation model, Placement placement);

    /// <summary>Opens a model with the modes that it was calibrated for, to serve it under several of them. The caller disposes it.</summary>
    LoadedModel OpenWithModes(ModelLocation model, Placement placement);

    /// <summary>Measures the device that runs a model. The caller disposes it.</summary>
    /// <param name="gpu"><see cref="LoadedModel.Gpu"/>: null for the processor.</param>
    EnergyMeter CreateMeter(TimeProvider time, GpuDevice? gpu);

    /// <summary>Opens a model to learn for it. The caller disposes it.</summary>
    TuningSubject OpenForTuning(ModelLocation model);

    /// <summary>Names a model's weights and what was learned for them: what was calibrated with both is for no others.</summary>
    string Fingerprint(ModelLocation model);

    /// <returns>Null where the folder has no tokenizer.</returns>
    ITokenizer? OpenTokenizer(ModelLocation model);

    /// <summary>Looks for what can tell power or energy on this machine. The caller disposes it.</summary>
    EnergySources DiscoverEnergySources(TimeProvider time);

    /// <summary>Serves LSP until the client is done. Many connections may share a service.</summary>
    /// <returns>The process's exit code.</returns>
    Task<int> RunLanguageServerAsync(ICompletionService service, Stream input, Stream output, EditorConnection connection, CancellationToken cancellationToken);
}
