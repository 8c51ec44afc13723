using CodeExit.Evaluation.Machine;

namespace CodeExit.Tests.Evaluation;

/// <summary>A machine that can do what it is told.</summary>
internal sealed class ScriptedProbe(Func<MachineCapability> measure, string? card = null) : IMachineProbe
{
    public string? Card => card;

    public bool Disposed { get; private set; }

    public MachineCapability Measure() => measure();

    public void Dispose() => Disposed = true;
}
