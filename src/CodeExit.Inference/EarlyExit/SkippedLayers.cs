namespace CodeExit.Inference.EarlyExit;

/// <summary>How the layers that a token did not run come by its keys and values, which later tokens attend to.</summary>
public enum SkippedLayers
{
    /// <summary>
    /// They run when a later token needs them, for all positions that wait, in one batch (EE-LLM, 2312.04916; FREE, 2310.05424). Keys and
    /// values are those of full depth; a layer that no token needs never runs.
    /// </summary>
    BackFill,

    /// <summary>Their projections are applied to the state that the token was read out from (CALM, 2207.07061; GREEN-CODE, 2501.11006).</summary>
    Propagate,
}
