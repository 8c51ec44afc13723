namespace CodeExit.Completion.Governor;

/// <summary>
/// Names the mode that a price corresponds to. A name is for people, so it changes rarely: only where the price has gone well past the
/// middle between two modes, and once in ten seconds at most. The price itself moves freely.
/// </summary>
internal sealed class ModeHysteresis(PriceLadder ladder)
{
    private static readonly TimeSpan Dwell = TimeSpan.FromSeconds(10);

    /// <summary>Of the way between two modes, on either side of its middle.</summary>
    private const double Width = 0.15;

    private int _step = 1;
    private TimeSpan? _changed;

    public string Mode => ladder.Steps[_step].Mode;

    /// <param name="emergency">Power is far above its ceiling: a cheaper mode is named at once.</param>
    public void Update(TimeSpan now, double logPrice, bool emergency)
    {
        var step = Nearest(logPrice);
        if (step == _step || (now - _changed < Dwell && !(emergency && step > _step))) return;
        (_step, _changed) = (step, now);
    }

    private int Nearest(double logPrice)
    {
        var step = _step;
        while (step < 2 && logPrice > Border(step, 0.5 + Width)) step++;
        while (step > 0 && logPrice < Border(step - 1, 0.5 - Width)) step--;
        return step;
    }

    private double Border(int below, double share)
    {
        var (from, to) = (ladder.Steps[below].LogPrice, ladder.Steps[below + 1].LogPrice);
        return from + share * (to - from);
    }
}
