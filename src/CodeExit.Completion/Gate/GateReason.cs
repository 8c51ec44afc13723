namespace CodeExit.Completion.Gate;

/// <summary>Why a model is not asked.</summary>
public enum GateReason
{
    /// <summary>The cursor is inside a word.</summary>
    MidWord,

    /// <summary>The statement before the cursor is closed, and nothing follows.</summary>
    AfterCloser,

    /// <summary>The cursor was moved into a comment or a string: it is being read.</summary>
    BeingRead,

    /// <summary>The user is deleting.</summary>
    Deleting,

    /// <summary>What was suggested at this very place was rejected twice.</summary>
    RejectedHere,

    /// <summary>Suggestions at such places are hardly ever accepted.</summary>
    Unlikely,
}

public static class GateReasons
{
    /// <summary>As status and log name it.</summary>
    public static string Text(this GateReason reason) => reason switch
    {
        GateReason.MidWord => "mid-word",
        GateReason.AfterCloser => "after a closer",
        GateReason.BeingRead => "comment or string being read",
        GateReason.Deleting => "deleting",
        GateReason.RejectedHere => "rejected here",
        GateReason.Unlikely => "unlikely to be accepted",
        _ => throw new ArgumentOutOfRangeException(nameof(reason), reason, "not a reason"),
    };
}
