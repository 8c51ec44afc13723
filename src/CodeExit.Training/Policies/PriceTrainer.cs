using CodeExit.Inference.EarlyExit;
using CodeExit.Inference.EarlyExit.Learned;

namespace CodeExit.Training.Policies;

/// <summary>
/// Our own agent. Where to leave a token is an optimal stopping problem: leaving at an exit costs its regret, going on costs layers and then
/// what the exits behind cost, and each look at what an exit would say costs a read-out. It is solved from the last exit to the first
/// (Longstaff and Schwartz 2001), so each network learns against networks that are done: no exploration, no discount. The price of a layer
/// is drawn anew for every sample and is an input.
/// </summary>
internal sealed class PriceTrainer(TrainingSet set, int seed, CancellationToken cancellationToken)
{
    /// <summary>Prices of full depth, in wrong tokens; drawn evenly by their logarithm.</summary>
    private const float Least = 0.002f, Most = 1;

    private static readonly LogisticOptions StateOptions = new() { Hidden = [64], Epochs = 12, Batch = 512 };

    private static readonly LogisticOptions LookOptions = new() { Hidden = [8], Epochs = 4, Batch = 512, LearningRate = 1e-2f, Decay = 0 };

    private static readonly LogisticOptions ReadingOptions = new() { Hidden = [16], Epochs = 12, Batch = 512, LearningRate = 1e-2f, Decay = 0 };

    private readonly int _hidden = set.States.Hidden;
    private readonly PriceProbes[] _probes = new PriceProbes[set.Choices];
    private readonly float[] _state = new float[set.States.Hidden + 1];
    private readonly float[] _look = new float[PriceProbes.LookInputs];
    private readonly float[] _reading = new float[PriceProbes.ReadingInputs];

    public IEnumerable<(string Name, ProbeNetwork Probe)> Train()
    {
        for (var exit = set.Choices - 1; exit >= 0; exit--)
        {
            var state = State(exit);
            var reading = Reading(exit, state);
            _probes[exit] = new PriceProbes(state, Look(exit, state, reading), reading);
        }
        return _probes.Zip(set.Exits, IEnumerable<(string, ProbeNetwork)> (probes, layer) =>
        [
            (PriceProbes.StateName(layer), probes.State), (PriceProbes.LookName(layer), probes.Look), (PriceProbes.ReadingName(layer), probes.Reading),
        ]).SelectMany(each => each);
    }

    /// <summary>As if every token that is read out here had to leave.</summary>
    private ProbeNetwork State(int exit) => Learn(_hidden + 1, StateOptions, exit, (token, price, x) =>
    {
        FillState(exit, token, price, x);
        return GoingOn(exit, token, price) - ReadOut(price) - set.Readings.Regret[exit][token];
    });

    /// <summary>What was read out is paid for: leaving costs its regret, going on what is behind.</summary>
    private ProbeNetwork Reading(int exit, ProbeNetwork state) => Learn(PriceProbes.ReadingInputs, ReadingOptions, exit, (token, price, x) =>
    {
        FillReading(exit, token, price, Leaning(state, exit, token, price), x);
        return GoingOn(exit, token, price) - set.Readings.Regret[exit][token];
    });

    /// <summary>Looking costs a read-out, and then whatever <paramref name="reading"/> makes of it.</summary>
    private ProbeNetwork Look(int exit, ProbeNetwork state, ProbeNetwork reading) => Learn(PriceProbes.LookInputs, LookOptions, exit, (token, price, x) =>
    {
        var (goingOn, leaning) = (GoingOn(exit, token, price), Leaning(state, exit, token, price));
        (x[0], x[1]) = (leaning, PriceProbes.Feature(price));
        FillReading(exit, token, price, leaning, _reading);
        var looking = ReadOut(price) + (reading.Evaluate(_reading)[0] > 0 ? set.Readings.Regret[exit][token] : goingOn);
        return goingOn - looking;
    });

    /// <summary>Fills a sample's input, and says how much cheaper yes would have been than no.</summary>
    private delegate float Sample(int token, float price, Span<float> input);

    /// <summary>A vote that is weighted with what it would have gained finds the sign of what is expected.</summary>
    private ProbeNetwork Learn(int inputs, LogisticOptions options, int exit, Sample sample)
    {
        var random = new Random(seed + exit);
        return LogisticTrainer.Train(
            inputs, 1, set.States.Count,
            (token, x, target, weight) =>
            {
                var price = Least * MathF.Pow(Most / Least, random.NextSingle());
                var gain = sample(token, price, x);
                (target[0], weight[0]) = (gain > 0 ? 1 : 0, MathF.Abs(gain) / MathF.Sqrt(price));
            },
            options, seed + exit, cancellationToken);
    }

    /// <summary>What the token costs if it goes on from an exit and the networks behind decide.</summary>
    private float GoingOn(int exit, int token, float price)
    {
        var cost = 0f;
        for (var next = exit + 1; ; next++)
        {
            cost += price * (set.Exits[next] - set.Exits[next - 1]) / set.Exits[^1];
            if (next == set.Choices) return cost + ReadOut(price); // full depth has no regret
            var probes = _probes[next];
            var leaning = Leaning(probes.State, next, token, price);
            (_look[0], _look[1]) = (leaning, PriceProbes.Feature(price));
            if (probes.Look.Evaluate(_look)[0] <= 0) continue;
            cost += ReadOut(price);
            FillReading(next, token, price, leaning, _reading);
            if (probes.Reading.Evaluate(_reading)[0] > 0) return cost + set.Readings.Regret[next][token];
        }
    }

    private float ReadOut(float price) => price * (float)set.ReadOutLayers / set.Exits[^1];

    /// <summary>What the state alone says of leaving.</summary>
    private float Leaning(ProbeNetwork state, int exit, int token, float price)
    {
        FillState(exit, token, price, _state);
        return state.Evaluate(_state)[0];
    }

    private void FillState(int exit, int token, float price, Span<float> input)
    {
        set.Normalized(exit, token, input[.._hidden]);
        input[_hidden] = PriceProbes.Feature(price);
    }

    private void FillReading(int exit, int token, float price, float leaning, Span<float> input)
    {
        (input[0], input[1]) = (leaning, PriceProbes.Feature(price));
        set.Readings.CertaintyOf(exit, token).CopyTo(input[PriceProbes.LookInputs..]);
    }
}
