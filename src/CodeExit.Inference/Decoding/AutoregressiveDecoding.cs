namespace CodeExit.Inference.Decoding;

/// <summary>One token after the other: read out, emit, run the token through the layers that the policy gives it.</summary>
public sealed class AutoregressiveDecoding : IDecodingStrategy
{
    /// <summary>It keeps nothing: one serves all.</summary>
    public static AutoregressiveDecoding Instance { get; } = new();

    public GenerationEnd Decode(DecodingSession session, CancellationToken cancellationToken)
    {
        while (!session.Stopped)
        {
            var token = session.ReadOut();
            if (session.Emit(token) is { } end) return end;
            session.Run(token, cancellationToken);
        }
        return GenerationEnd.Policy;
    }
}
