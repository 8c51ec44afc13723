using CodeExit.Inference.EarlyExit;
using CodeExit.Inference.Models;

namespace CodeExit.Evaluation.Speed;

/// <summary>A depth that tokens were decoded at.</summary>
/// <param name="Layers">That each token ran (policy <c>fixed</c>).</param>
/// <param name="Launches">Of a token, its embedding and read-out among them.</param>
public sealed record DepthPoint(int Layers, double MsPerToken, double Launches);

/// <summary>What another engine can be held against: a prompt, and what full depth says next, greedily.</summary>
public sealed record GreedySample(IReadOnlyList<int> Prompt, IReadOnlyList<int> Tokens);

/// <summary>What a device with memory of its own is asked for and does. Counts are of a token at full depth; times are medians.</summary>
/// <param name="Position">Mean position of the tokens that were counted, from 0.</param>
/// <param name="MemoryBytes">Moved within the device's memory.</param>
/// <param name="HostBytes">Between host and device, both ways.</param>
internal sealed record DeviceMeasurement(
    double Position, double Launches, double MemoryBytes, double HostBytes, int LongPromptTokens, double LongPromptSeconds,
    IReadOnlyList<DepthPoint> Depths, GreedySample Greedy);

/// <summary>
/// What is measured besides where the model is on a device of its own: time and launches by layers run, traffic of a token, and the first
/// token of a long prompt. One part of each round, so that it takes turns with all else.
/// </summary>
internal sealed class DeviceRuns
{
    private const int GreedyTokens = 16;

    private readonly SpeedSubject _subject;
    private readonly SpeedRuns _runs;
    private readonly Func<DeviceTraffic> _traffic;
    private readonly int _tokens;
    private readonly int _longPrompt;
    private readonly int[] _depths;
    private readonly List<double>[] _seconds;
    private readonly DeviceTraffic[] _perRun;
    private readonly List<double> _firstTokens = [];

    public DeviceRuns(SpeedSubject subject, SpeedRuns runs, SpeedOptions options)
    {
        (_subject, _runs, _traffic) = (subject, runs, subject.Traffic!);
        _tokens = options.DecodeTokens + 1;
        _longPrompt = Math.Min(options.LongPromptTokens, subject.Generator.ContextLength - 1);
        _depths = Speed.Depths.Of(subject.Generator.Config.LayerCount);
        _seconds = [.. _depths.Select(_ => new List<double>())];
        _perRun = new DeviceTraffic[_depths.Length];
    }

    /// <param name="counts">False while warming up.</param>
    public void Round(bool counts, CancellationToken cancellationToken)
    {
        for (var i = 0; i < _depths.Length; i++)
        {
            var before = _traffic();
            var decode = _runs.Generate(_runs.Prompt(1), _tokens, cancellationToken, new FixedLayerPolicy(_depths[i])).Decode;
            _perRun[i] = _traffic().Since(before);
            if (counts) _seconds[i].Add(decode.TotalSeconds / (_tokens - 1));
        }
        var first = _runs.Generate(_runs.Prompt(_longPrompt), 1, cancellationToken).FirstToken;
        if (counts) _firstTokens.Add(first.TotalSeconds);
    }

    public DeviceMeasurement Result(CancellationToken cancellationToken)
    {
        // The prompt's one token is run and read out like those behind it: so many passes of one position, the first at position 0.
        var full = _perRun[^1];
        var points = _depths.Select((depth, i) => new DepthPoint(depth, Statistics.Median(_seconds[i]) * 1e3, (double)_perRun[i].Launches / _tokens));
        return new DeviceMeasurement(
            (_tokens - 1) / 2.0, (double)full.Launches / _tokens, (double)full.MemoryBytes / _tokens, (double)full.HostBytes / _tokens,
            _longPrompt, Statistics.Median(_firstTokens), [.. points], Greedy(cancellationToken));
    }

    private GreedySample Greedy(CancellationToken cancellationToken)
    {
        var vocabulary = _subject.Generator.Config.VocabularySize;
        int[] prompt = [.. Enumerable.Range(1, GreedyTokens).Select(i => (int)(i * 7919L % vocabulary))];
        return new GreedySample(prompt, _runs.Generate(prompt, GreedyTokens, cancellationToken).Tokens);
    }
}
