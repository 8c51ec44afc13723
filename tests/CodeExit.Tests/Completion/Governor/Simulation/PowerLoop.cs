using CodeExit.Completion.Governor;

namespace CodeExit.Tests.Completion.Governor.Simulation;

/// <summary>One moment of a closed loop.</summary>
/// <param name="Attainable">Watts at the cheapest and at the dearest price, once settled, with the load of this moment.</param>
internal readonly record struct LoopMoment(double Seconds, double Watts, (double Least, double Most) Attainable, GovernorDecision Decision)
{
    /// <summary>Relative, from the cap, or from the end of what is attainable where the cap lies beyond.</summary>
    public double DistanceFrom(double cap) => Math.Abs(Watts / Math.Clamp(cap, Attainable.Least, Attainable.Most) - 1);
}

internal static class LoopMoments
{
    /// <summary>Of the average over half a second: the highest of each period from <paramref name="from"/> on, and the mean of these.</summary>
    public static double HighestAverage(this List<LoopMoment> moments, double from, double period)
    {
        var (average, seconds, highest) = (0.0, 0.0, new Dictionary<int, double>());
        foreach (var moment in moments)
        {
            average += (1 - Math.Exp(-(moment.Seconds - seconds) / 0.5)) * (moment.Watts - average);
            seconds = moment.Seconds;
            var index = (int)(seconds / period);
            if (seconds > from) highest[index] = Math.Max(average, highest.GetValueOrDefault(index));
        }
        return highest.Values.Average();
    }
}

/// <summary>The governor in closed loop with a device. It is read while it works and a quarter of a second after.</summary>
/// <param name="unrest">How far the work of a tenth of a second is from its mean: a few tokens, each of its own depth.</param>
/// <param name="poll">Shortest time between readings; the longest is 20 ms more.</param>
internal sealed class PowerLoop(PriceGovernor governor, GpuPlant plant, LayerCurve curve, int seed, double unrest = 0.1, double poll = 0.01)
{
    private const double Tick = 0.005, PollingTail = 0.25;

    /// <param name="tokensPerSecond">The load, by second.</param>
    public List<LoopMoment> Run(double seconds, Func<double, double> tokensPerSecond, double? limitWatts = null)
    {
        var random = new Random(seed);
        var gpu = new SimulatedGpu(plant, random);
        var moments = new List<LoopMoment>();
        var (nextPoll, nextUnrest, work, lastWork) = (0.0, 0.0, 1.0, 0.0);
        var (nextToken, price) = (0.0, 0f);
        for (var now = 0.0; now < seconds; now += Tick)
        {
            if (now >= nextUnrest) (nextUnrest, work) = (now + 0.1, 1 + unrest * random.NextGaussian());
            var load = tokensPerSecond(now);
            if (now >= nextToken)
            {
                price = load > 0 ? governor.PriceOfToken(TimeSpan.FromSeconds(now), 0) : price;
                nextToken = load > 0 ? now + 1 / load : now;
            }
            var decision = governor.Decide(TimeSpan.FromSeconds(now));
            gpu.Run(now, Tick, load * work * curve.At(price));
            moments.Add(new LoopMoment(now, gpu.Watts, (plant.Watts(load * curve.At(1)), plant.Watts(load * curve.At(0.01))), decision));
            if (load > 0) lastWork = now;
            if (now < nextPoll || now - lastWork > PollingTail) continue;
            governor.Observe(new PowerSample(TimeSpan.FromSeconds(now), gpu.Reading, limitWatts));
            nextPoll = now + poll + 0.02 * random.NextDouble();
        }
        return moments;
    }
}
