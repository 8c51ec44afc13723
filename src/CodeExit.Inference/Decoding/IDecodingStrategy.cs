namespace CodeExit.Inference.Decoding;

/// <summary>How tokens after the prompt are produced. The exit policy names it; the session is all it sees.</summary>
public interface IDecodingStrategy
{
    /// <summary>Decodes until the session says that it is over.</summary>
    GenerationEnd Decode(DecodingSession session, CancellationToken cancellationToken);
}
