namespace CodeExit.Inference.EarlyExit;

/// <summary>Decides, before a token is run, how many layers it gets. Later policies also read what earlier layers found.</summary>
public interface IExitPolicy
{
    /// <summary>The spec that makes this policy, as the command line and the reports write it: <c>full</c>, <c>fixed:4</c>.</summary>
    string Spec { get; }

    /// <summary>The exit layer (1-based, ≤ <paramref name="layerCount"/>) at which a token is read out.</summary>
    int ExitLayer(int layerCount);
}
