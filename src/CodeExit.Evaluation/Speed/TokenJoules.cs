using CodeExit.Evaluation.Serving;
using CodeExit.Inference.EarlyExit;
using CodeExit.Telemetry;
using CodeExit.Telemetry.Attribution;

namespace CodeExit.Evaluation.Speed;

/// <summary>Joules of tokens that all ran so many layers, in one window. Net of idle where the name says nothing else.</summary>
/// <param name="Watts">Mean power of the device in the window.</param>
/// <param name="IdleWatts">Its power at rest; null where nothing is known of it.</param>
public sealed record TokenJoulesPoint(int Layers, int Tokens, double Seconds, double JoulesPerToken, double GrossJoulesPerToken, double Watts, double? IdleWatts);

/// <summary>Joules of a decoded token by the layers that it ran.</summary>
/// <param name="Label">How they came about.</param>
/// <param name="Line">Joules of a token over layers; null where there are too few depths.</param>
public sealed record TokenJoules(string Label, string Source, string Scope, IReadOnlyList<TokenJoulesPoint> Points, DepthLine? Line)
{
    /// <summary>A window for each depth, tokens back to back in it.</summary>
    /// <param name="time">The meter's clock.</param>
    /// <exception cref="InvalidDataException">Windows with different labels, or one without joules.</exception>
    internal static async Task<TokenJoules> MeasureAsync(
        SpeedSubject subject, SpeedRuns runs, SpeedOptions options, EnergyMeter meter, TimeProvider time, Action<string> progress, CancellationToken cancellationToken)
    {
        var label = new OneLabel();
        var points = new List<TokenJoulesPoint>();
        var depths = Depths.Of(subject.Generator.Config.LayerCount);
        meter.Open().Close(); // what the device takes from here to the first window is its power at rest
        foreach (var layers in depths)
        {
            progress($"joules at {layers} layers");
            await Task.Delay(options.CoolDown, time, cancellationToken).ConfigureAwait(false);
            using var window = meter.Open();
            // Not on the thread that a timer came on: the window's end is timed by others of the same clock.
            var tokens = await Task.Run(() => Decode(layers), cancellationToken).ConfigureAwait(false);
            window.Close();
            var measured = label.Admit((await window.Measured.WaitAsync(cancellationToken).ConfigureAwait(false))[0], $"{layers} layers");
            var seconds = measured.Window.TotalSeconds;
            points.Add(new TokenJoulesPoint(
                layers, tokens, seconds, measured.NetJoules!.Value / tokens, measured.Joules!.Value / tokens, measured.Joules.Value / seconds, measured.IdleWatts));
        }
        return new TokenJoules(
            label.Label.Text(), label.Source, label.Scope, points, Depths.Line(depths, [.. points.Select(point => point.JoulesPerToken)]));

        int Decode(int layers)
        {
            var (tokens, began) = (0, time.GetTimestamp());
            while (time.GetElapsedTime(began) < options.EnergyWindow)
            {
                tokens += runs.Generate(runs.Prompt(1), options.DecodeTokens, cancellationToken, new FixedLayerPolicy(layers)).Tokens.Count;
            }
            return tokens;
        }
    }
}
