namespace CodeExit.Inference.Decoding;

/// <summary>
/// How many tokens to draft, from how many were right so far: the n-th is worth drafting while the chance that it and all before it are
/// right, aⁿ, is above the share of a token's full cost that drafting it takes.
/// </summary>
/// <param name="most">Never more than this.</param>
/// <param name="cost">Layers of a draft, of all layers.</param>
internal struct DraftLength(int most, double cost)
{
    /// <summary>What the newest verification counts: about the last ten drafts decide.</summary>
    private const double Memory = 0.9;

    private double _judged;
    private double _right;

    /// <summary>At least 1: without any draft nothing would be learned of the text that comes.</summary>
    public readonly int Best
    {
        get
        {
            var length = 1;
            for (var chance = _right / _judged; length < most && chance * _right / _judged > cost; length++) chance *= _right / _judged;
            return length;
        }
    }

    /// <summary>A generation begins: all drafts are taken to be right until some are not.</summary>
    public void Reset() => (_judged, _right) = (1, 1);

    /// <param name="accepted">Of <paramref name="drafted"/>; the first that was wrong ends what is known.</param>
    public void Add(int drafted, int accepted)
    {
        for (var i = 0; i < Math.Min(accepted + 1, drafted); i++)
        {
            _judged = Memory * _judged + 1;
            _right = Memory * _right + (i < accepted ? 1 : 0);
        }
    }
}
