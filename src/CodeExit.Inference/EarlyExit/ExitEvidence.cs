namespace CodeExit.Inference.EarlyExit;

/// <summary>What the number is that a policy decides on, and which way it has to fall for the token to leave.</summary>
public enum ExitMeasure
{
    /// <summary>No number: the policy does not look, or does not decide here.</summary>
    None,

    /// <summary>p₁ − p₂ of the exit's two likeliest tokens; leaves at the threshold or above.</summary>
    Softmax,

    /// <summary>Cosine between the states after the exit's layer and before it; leaves at the threshold or above.</summary>
    Saturation,

    /// <summary>How likely the exit says what the last layer would say; leaves at the threshold or above.</summary>
    Classifier,

    /// <summary>How much the agent prefers exit to continue, as a probability; leaves above the threshold.</summary>
    Agent,

    /// <summary>A logit, positive where reading out is expected to be worth its cost; elsewhere the token goes on unread.</summary>
    Look,

    /// <summary>A logit, positive where, by what was read out, leaving is expected to cost less than going on; leaves above 0.</summary>
    Price,

    /// <summary>Share of full depth's text that is expected of the exit chosen; taken at the threshold or above.</summary>
    Sequence,

    /// <summary>How likely even full depth is wrong; ends the suggestion at the threshold or above.</summary>
    Stop,
}

/// <summary>What a decision went by. A few numbers, so that a policy can keep it at every look.</summary>
/// <param name="Depth">The layer that was chosen ahead; 0 where the decision was about its own stop only.</param>
public readonly record struct ExitEvidence(ExitMeasure Measure, float Value, float Threshold, int Depth = 0);
