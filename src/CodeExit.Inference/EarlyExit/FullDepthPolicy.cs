namespace CodeExit.Inference.EarlyExit;

/// <summary><c>full</c>: every token runs every layer. The yardstick that all other policies are measured against.</summary>
public sealed class FullDepthPolicy : IExitPolicy
{
    public const string Name = "full";

    public string Spec => Name;

    public int ExitLayer(int layerCount) => layerCount;

    /// <exception cref="ArgumentException">The spec carries a value; full depth has none.</exception>
    public static FullDepthPolicy Parse(string? value) =>
        value is null ? new() : throw new ArgumentException($"policy '{Name}:{value}': {Name} takes no value; write {Name}");
}
