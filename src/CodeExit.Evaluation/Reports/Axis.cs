using System.Globalization;

namespace CodeExit.Evaluation.Reports;

/// <summary>An axis from 0 to a round number, with a few round ticks.</summary>
internal sealed record Axis(double Top, double Step)
{
    private const int MostTicks = 6;

    private static readonly int[] Round = [1, 2, 5, 10];

    public static Axis UpTo(double largest)
    {
        if (!(largest > 0)) return new Axis(1, 0.5);
        var magnitude = Math.Pow(10, Math.Floor(Math.Log10(largest / MostTicks)));
        var step = Round.Select(each => each * magnitude).First(each => largest / each <= MostTicks);
        return new Axis(Math.Ceiling(largest / step - 1e-9) * step, step);
    }

    public IEnumerable<double> Ticks => Enumerable.Range(0, (int)Math.Round(Top / Step) + 1).Select(index => index * Step);

    /// <summary>With as many decimals as the steps have.</summary>
    public string Text(double value) =>
        value.ToString("F" + Math.Max(0, -(int)Math.Floor(Math.Log10(Step) + 1e-9)).ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
}
