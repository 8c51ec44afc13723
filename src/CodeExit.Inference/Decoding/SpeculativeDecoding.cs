using CodeExit.Inference.Models;

namespace CodeExit.Inference.Decoding;

/// <summary>
/// Self-speculative decoding (LayerSkip, 2404.16710): an exit drafts the next tokens, the remaining layers verify them in one batch and
/// yield one token more. Drafting stops where the exit is not sure (Kangaroo, 2404.18911). Greedy output is that of full depth token for
/// token, sampled output the same in distribution. Keeps the numbers of one generation at a time; allocates nothing per token.
/// </summary>
public sealed class SpeculativeDecoding : IDecodingStrategy
{
    private readonly int _exit;
    private readonly float _confidence;
    private readonly int[] _drafts;
    private DraftLength _length;

    /// <param name="exit">Layers (1-based) that a draft runs.</param>
    /// <param name="most">Most drafts of one verification.</param>
    /// <param name="confidence">Least probability, at temperature 1, of the exit's likeliest token for a draft to be made of it.</param>
    public SpeculativeDecoding(ModelConfig config, int exit, int most, float confidence)
    {
        (_exit, _confidence) = (exit, confidence);
        _length = new DraftLength(most, (double)exit / config.LayerCount);
        _drafts = new int[most];
    }

    public GenerationEnd Decode(DecodingSession session, CancellationToken cancellationToken)
    {
        _length.Reset();
        session.MakeRoomForDrafts(_drafts.Length);
        if (session.Stopped) return GenerationEnd.Policy;
        for (var token = session.ReadOut(); ;)
        {
            if (session.Emit(token) is { } end) return end;
            session.Append(token);
            var drafts = Draft(session, cancellationToken);
            if (session.Stopped) return GenerationEnd.Policy;
            var verified = session.Verify(cancellationToken);
            var accepted = 0;
            while (accepted < drafts && (token = Verified(session, verified, accepted)) == _drafts[accepted])
            {
                accepted++;
                if (session.Accept() is { } ended) return ended;
            }
            if (accepted < drafts) session.Reject();
            else token = session.Sampler.Sample(verified, drafts);
            _length.Add(drafts, accepted);
        }
    }

    /// <returns>Tokens that were drafted.</returns>
    private int Draft(DecodingSession session, CancellationToken cancellationToken)
    {
        var most = Math.Min(_length.Best, session.DraftRoom);
        for (var count = 0; count < most; count++)
        {
            var logits = session.Look(_exit, cancellationToken);
            if (session.Stopped) return 0;
            if (_confidence > 0 && logits.Certainty(0).First < _confidence) return count;
            var token = _drafts[count] = session.Sampler.Sample(logits, 0, session.DraftDistributions, count);
            session.Draft(token);
            if (session.IsEnd(token)) return count + 1;
        }
        return most;
    }

    private int Verified(DecodingSession session, Logits verified, int draft) =>
        session.Sampler.Verify(verified, draft, session.DraftDistributions, draft, _drafts[draft]);
}
