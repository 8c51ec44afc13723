using CodeExit.Inference.Models;

namespace CodeExit.Inference.Compute.Cpu;

/// <summary>Weights of one block.</summary>
internal sealed class CpuLayer : IDisposable
{
    public CpuLayer(LayerTensors tensors, ModelConfig config, WeightPrecision precision, bool streamed, WorkerTeam team)
    {
        AttentionNorm = new CpuNorm(tensors.AttentionNorm, config);
        Query = new CpuLinear(tensors.Query, precision, streamed, team);
        Key = new CpuLinear(tensors.Key, precision, streamed, team);
        Value = new CpuLinear(tensors.Value, precision, streamed, team);
        Output = new CpuLinear(tensors.Output, precision, streamed, team);
        MlpNorm = new CpuNorm(tensors.MlpNorm, config);
        Gate = tensors.Gate is { } gate ? new CpuLinear(gate, precision, streamed, team) : null;
        Up = new CpuLinear(tensors.Up, precision, streamed, team);
        Down = new CpuLinear(tensors.Down, precision, streamed, team);
    }

    public CpuNorm AttentionNorm { get; }

    public CpuLinear Query { get; }

    public CpuLinear Key { get; }

    public CpuLinear Value { get; }

    public CpuLinear Output { get; }

    public CpuNorm MlpNorm { get; }

    /// <summary>Null where the feed-forward half is not gated.</summary>
    public CpuLinear? Gate { get; }

    public CpuLinear Up { get; }

    public CpuLinear Down { get; }

    public long Bytes => Query.Bytes + Key.Bytes + Value.Bytes + Output.Bytes + (Gate?.Bytes ?? 0) + Up.Bytes + Down.Bytes;

    public void Dispose()
    {
        AttentionNorm.Dispose();
        Query.Dispose();
        Key.Dispose();
        Value.Dispose();
        Output.Dispose();
        MlpNorm.Dispose();
        Gate?.Dispose();
        Up.Dispose();
        Down.Dispose();
    }
}
