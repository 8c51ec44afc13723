using System.Globalization;
using CodeExit.Completion.Governor;
using CodeExit.Inference.EarlyExit;
using CodeExit.Telemetry;
using CodeExit.Telemetry.Sources;

namespace CodeExit.Completion.Work;

/// <summary>One setting with one model: the policy that it stands for, and in mode <c>auto</c> the governor behind that. Requests run one at a time; power and status come from any thread.</summary>
internal sealed class DepthControl
{
    private readonly DepthSettings _settings;
    private readonly TimeProvider _time;
    private readonly PriceGovernor? _governor;
    private readonly GovernedPolicy? _governed;
    private readonly bool _isEstimated;
    private PowerSupply _supply;

    /// <param name="label">Of the joules and watts that the governor will be told.</param>
    /// <exception cref="ArgumentException">The policy asks for a layer that the model lacks, or the mode for a promise that it does not have.</exception>
    public DepthControl(DepthSettings settings, LoadedModel model, ILayerEnergy energy, EnergyLabel label, TimeProvider time)
    {
        var config = model.Generator.Config;
        (_settings, _time, _isEstimated) = (settings, time, label == EnergyLabel.EstimatedModel);
        Choice = settings.Choose(model.Modes);
        Policy = ExitPolicies.Parse(Choice.Policy, config);
        if (!settings.IsAuto) return;
        _governor = new PriceGovernor(PriceLadder.From(model.Modes, config.LayerCount), settings.Governor, energy);
        Policy = _governed = new GovernedPolicy((PricePolicy)Policy, _governor, time); // a ladder is made of prices
    }

    public PolicyChoice Choice { get; }

    public IExitPolicy Policy { get; }

    public DepthStatus Status
    {
        get
        {
            if (IsPausedByUser) return new DepthStatus(Choice.Mode, Choice.Mode, Policy.Spec, Text($"on battery{Charge}: suggestions pause"), IsPaused: true);
            if (_governor is null) return new DepthStatus(Choice.Mode, Choice.Mode, Policy.Spec, Choice.Reason);
            var decision = _governor.Decide(Now);
            var estimated = _isEstimated && decision.Binding.Rule is GovernorRule.PowerCap or GovernorRule.Budget ? " (estimated)" : "";
            return new DepthStatus(Choice.Mode, decision.Mode, Policy.Spec, decision.Reason + estimated, decision.IsPaused);
        }
    }

    /// <summary>Whether only requests by hand are to be answered.</summary>
    public bool IsPaused => IsPausedByUser || _governor is not null && _governor.Decide(Now).IsPaused;

    private bool IsPausedByUser => _settings.PauseOnBattery && _supply.OnBattery;

    private string Charge => Text($"{(_supply.Charge is { } charge ? $" at {charge:0 %}" : "")}");

    /// <summary>Time stamps of one monotonic clock.</summary>
    private TimeSpan Now => _time.GetElapsedTime(0);

    public void Observe(PowerSupply supply)
    {
        _supply = supply;
        _governor?.Observe(supply);
    }

    /// <summary>The device's power was read just now.</summary>
    public void Observe(DevicePower power)
    {
        // An estimate's limit is what it takes for the whole of a busy processor: nothing that the device keeps.
        if (power.Watts is { } watts) _governor?.Observe(new PowerSample(Now, watts, _isEstimated ? null : power.Source.LimitWatts));
    }

    /// <summary>The suggestion that ran last has these joules, as soon as they are measured.</summary>
    /// <param name="layers">Run behind its prompt, in layers of one token.</param>
    public void Observe(Task<EnergyMeasurement> measured, double layers, int tokens)
    {
        if (_governed is null) return;
        _ = ObserveAsync(measured, new SuggestionCost(double.NaN, layers, tokens, _governed.MeanPrice));
    }

    private async Task ObserveAsync(Task<EnergyMeasurement> measured, SuggestionCost cost)
    {
        // What others had the device do at the same time is no cost of the suggestion's.
        if (await measured.ConfigureAwait(false) is { NetJoules: { } joules, Contamination: null }) _governor!.Observe(cost with { Joules = joules });
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
