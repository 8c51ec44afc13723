namespace CodeExit.Inference.EarlyExit;

/// <summary>What a policy wants to happen to a token that has come to one of its stops.</summary>
public enum ExitAction
{
    /// <summary>Run on to the policy's next stop.</summary>
    Continue,

    /// <summary>Read the token out here.</summary>
    Exit,

    /// <summary>End the generation: what comes next is not worth its layers (SEC, 2401.09964).</summary>
    Stop,
}
