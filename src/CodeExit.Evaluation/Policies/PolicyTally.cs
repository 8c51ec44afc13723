using CodeExit.Evaluation.Quality;
using CodeExit.Inference.Decoding;

namespace CodeExit.Evaluation.Policies;

/// <summary>What one policy did on all tasks so far.</summary>
/// <param name="timesLooks">Whether the time of a look is its own: not where the host runs ahead of a device.</param>
internal sealed class PolicyTally(string policy, int layerCount, bool timesLooks)
{
    private readonly List<QualityScores> _scores = [];
    private readonly List<QualityScores> _toFull = [];
    private readonly List<double> _secondsPerToken = [];
    private long _layers;
    private long _tokens;
    private TimeSpan _decode;
    private TimeSpan _probes;
    private double _work;
    private int _drafted;
    private int _accepted;

    public PolicyJoules Joules { get; } = new();

    private double WorkPerToken => _work / Math.Max(1, _tokens);

    private double SecondsPerToken => _decode.TotalSeconds / Math.Max(1, _tokens);

    /// <param name="layers">Of each token.</param>
    /// <param name="run">Null where only the text is known.</param>
    public void Add(string text, string truth, string full, IEnumerable<int> layers, GenerationResult? run)
    {
        _scores.Add(QualityScores.Of(text, truth));
        _toFull.Add(QualityScores.Of(text, full));
        foreach (var layer in layers)
        {
            _layers += layer;
            _tokens++;
        }
        if (run is null) return;
        _decode += run.Decode;
        _secondsPerToken.Add(run.Decode.TotalSeconds / Math.Max(1, run.Tokens.Count));
        _probes += run.Probes;
        _work += run.Work;
        _drafted += run.Drafted;
        _accepted += run.Accepted;
    }

    /// <param name="full">Full depth's tally, of the same tasks.</param>
    public PolicyResult Result(PolicyTally full)
    {
        var (scores, toFull) = (QualityScores.Mean(_scores), QualityScores.Mean(_toFull));
        var timed = _decode > TimeSpan.Zero && full._decode > TimeSpan.Zero;
        var (joulesRatio, label) = Joules.RatioTo(full.Joules);
        var meanLayers = (double)_layers / Math.Max(1, _tokens);
        return new PolicyResult(
            policy, scores.ExactMatch, scores.EditSimilarity, scores.RougeL, scores.Bleu, scores.ChrF, toFull.ExactMatch, toFull.EditSimilarity,
            meanLayers, meanLayers / layerCount,
            timed ? _decode / full._decode : null, timed ? SecondsPerToken / full.SecondsPerToken : null, timed && timesLooks ? _probes / _decode : null,
            joulesRatio, label)
        {
            WorkRatio = _work > 0 ? WorkPerToken / full.WorkPerToken : null,
            MedianTimePerTokenRatio = timed ? Statistics.Median(TaskRatios(full)) : null,
            Drafted = _drafted > 0 ? _drafted : null,
            Accepted = _drafted > 0 ? _accepted : null,
        };
    }

    /// <summary>Of the tasks that full depth decoded anything in: of the others there is nothing to compare.</summary>
    private IEnumerable<double> TaskRatios(PolicyTally full) =>
        _secondsPerToken.Zip(full._secondsPerToken).Where(pair => pair.Second > 0).Select(pair => pair.First / pair.Second);
}
