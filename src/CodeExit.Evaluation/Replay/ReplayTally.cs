using CodeExit.Completion;
using CodeExit.Evaluation.Serving;
using CodeExit.Telemetry;

namespace CodeExit.Evaluation.Replay;

/// <summary>What the requests of one setting took, and what for.</summary>
/// <param name="length">Of the whole, in the trace's time.</param>
internal sealed class ReplayTally(TypingTrace trace, TimeSpan length)
{
    private readonly Dictionary<RequestFate, (int Count, double Net)> _fates = [];
    private readonly List<double> _latencies = [];
    private readonly TimeLine _timeLine = new(length);
    private readonly Dictionary<AnswerSource, int> _sources = [];
    private JouleShares _where = JouleShares.None;
    private double _net, _gross, _busySeconds;
    private double? _idleWatts;
    private int _acceptedCharacters, _promptTokens, _reused, _contaminated;
    private int? _layerCount;

    public int Requests { get; private set; }

    /// <param name="answer">Null where there was none.</param>
    public void Add(ReplayedRequest request, CompletionResult? answer, EnergyMeasurement measured)
    {
        var (net, gross) = (measured.NetJoules!.Value, measured.Joules!.Value);
        Requests++;
        var (count, joules) = _fates.GetValueOrDefault(request.Fate);
        _fates[request.Fate] = (count + 1, joules + net);
        _net += net;
        _gross += gross;
        _busySeconds += measured.Window.TotalSeconds;
        _idleWatts = measured.IdleWatts ?? _idleWatts;
        _acceptedCharacters += request.AcceptedCharacters;
        if (request.KeystrokeToText is { } latency) _latencies.Add(latency.TotalMilliseconds);
        if (measured.Contamination is not null) _contaminated++;
        _timeLine.Add(request.At, measured.Window, net, answer?.LayersPerToken ?? []);
        _where += answer is null
            ? JouleShares.None with { Cancelled = net, Idle = gross - net }
            : JouleShares.ByTime(PhaseTimes.Of(answer), net, gross - net, measured.Window);
        if (answer is null) return;
        _sources[answer.Source] = _sources.GetValueOrDefault(answer.Source) + 1;
        _promptTokens += answer.PromptTokens;
        _reused += answer.PromptTokensReused;
        _layerCount = answer.LayerCount;
    }

    public ReplayResult Result(string name, string mode, string policy, string label)
    {
        var shown = Count(RequestFate.NotAccepted) + Count(RequestFate.Accepted);
        return new ReplayResult(name, mode, policy, label)
        {
            Requests = Requests,
            Cancelled = Count(RequestFate.Cancelled),
            Superseded = Count(RequestFate.Superseded),
            NothingToShow = Count(RequestFate.NothingToShow),
            SaidAgain = Count(RequestFate.SaidAgain),
            Answered = new AnswerSources(
                _sources.GetValueOrDefault(AnswerSource.Model), _sources.GetValueOrDefault(AnswerSource.Running), _sources.GetValueOrDefault(AnswerSource.Cache)),
            Shown = shown,
            Accepted = Count(RequestFate.Accepted),
            AcceptedCharacters = _acceptedCharacters,
            AcceptedShare = (double)_acceptedCharacters / trace.Length,
            NetJoules = _net,
            GrossJoules = _gross,
            JoulesPerRequest = Per(_net, Requests),
            JoulesPerShown = Per(_net, shown),
            JoulesPerAcceptedCharacter = Per(_net, _acceptedCharacters),
            WastedShare = Share(_net - Net(RequestFate.Accepted)),
            Wasted = new WastedShares(
                Share(Net(RequestFate.Cancelled)), Share(Net(RequestFate.Superseded)), Share(Net(RequestFate.NothingToShow)), Share(Net(RequestFate.NotAccepted)))
            { SaidAgain = Share(Net(RequestFate.SaidAgain)) },
            KeystrokeToTextMs = new Percentiles(Statistics.Quantile(_latencies, 0.5), Statistics.Quantile(_latencies, 0.95)),
            PromptTokensReusedShare = Per(_reused, _promptTokens),
            IdleWatts = _idleWatts,
            IdleJoules = _idleWatts * length.TotalSeconds,
            Seconds = length.TotalSeconds,
            BusySeconds = _busySeconds,
            LayerCount = _layerCount,
            Where = _where,
            Contaminated = _contaminated,
            TimeLine = _timeLine.Points(_idleWatts ?? 0),
        };
    }

    private int Count(RequestFate fate) => _fates.GetValueOrDefault(fate).Count;

    private double Net(RequestFate fate) => _fates.GetValueOrDefault(fate).Net;

    private double? Share(double joules) => _net > 0 ? joules / _net : null;

    private static double? Per(double joules, int count) => count > 0 ? joules / count : null;
}
