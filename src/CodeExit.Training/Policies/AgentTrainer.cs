using CodeExit.Inference.EarlyExit;
using CodeExit.Inference.EarlyExit.Learned;
using CodeExit.Training.Networks;

namespace CodeExit.Training.Policies;

/// <summary>Learns GREEN-CODE's agent (2501.11006) by proximal policy optimisation (Schulman et al., 1707.06347).</summary>
internal sealed class AgentTrainer
{
    private const int Continue = 0, Exit = 1, Actions = 2;

    private readonly PpoOptions _options;
    private readonly AgentEpisodes _episodes;
    private readonly Random _random;
    private readonly int _hidden;
    private readonly TrainableNetwork _actor;
    private readonly TrainableNetwork _critic;

    // One rollout; entry by entry what happened.
    private readonly float[] _states;
    private readonly int[] _actions;
    private readonly float[] _logProbabilities;
    private readonly float[] _rewards;
    private readonly bool[] _ended;
    private readonly float[] _values;
    private readonly float[] _advantages;
    private readonly float[] _batch;

    public AgentTrainer(TrainingSet set, PpoOptions options, AgentReward reward, int seed)
    {
        _options = options;
        _random = new Random(seed);
        _episodes = new AgentEpisodes(set, reward, new Random(seed + 1));
        _hidden = set.States.Hidden;
        _actor = new TrainableNetwork([_hidden, .. options.Hidden, Actions], options.Batch, seed + 2, outputScale: 0.01f, epsilon: 1e-5f);
        _critic = new TrainableNetwork([_hidden, .. options.Hidden, 1], options.Batch, seed + 3, outputScale: 1, epsilon: 1e-5f);
        var (steps, width) = (options.Rollout, options.Rollout * _hidden);
        (_states, _actions, _logProbabilities, _rewards) = (new float[width], new int[steps], new float[steps], new float[steps]);
        (_ended, _values, _advantages, _batch) = (new bool[steps], new float[steps + 1], new float[steps], new float[options.Batch * _hidden]);
    }

    /// <param name="progress">Told the share done, and the mean reward of a decision since it was last told.</param>
    public (string Name, ProbeNetwork Probe) Train(Action<double, double> progress, CancellationToken cancellationToken)
    {
        for (var done = 0; done < _options.Steps; done += _options.Rollout)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Collect();
            progress((double)done / _options.Steps, _rewards.Average());
            Update(_options.LearningRate * PpoOptions.PublishedWidth / _hidden * (1 - (float)done / _options.Steps));
        }
        return (AgentPolicy.Name, _actor.ToProbe());
    }

    private void Collect()
    {
        // Frozen meanwhile: a copy that answers for a single state.
        var (actor, critic) = (_actor.ToProbe(), _critic.ToProbe());
        for (var step = 0; step < _options.Rollout; step++)
        {
            var state = _states.AsSpan(step * _hidden, _hidden);
            _episodes.Observe(state);
            var logits = actor.Evaluate(state);
            var exit = LogProbability(logits[Exit] - logits[Continue]);
            _actions[step] = _random.NextDouble() < Math.Exp(exit) ? Exit : Continue;
            _logProbabilities[step] = _actions[step] == Exit ? exit : LogProbability(logits[Continue] - logits[Exit]);
            _values[step] = critic.Evaluate(state)[0];
            (_rewards[step], _ended[step]) = _episodes.Act(_actions[step] == Exit);
        }
        var next = _batch.AsSpan(0, _hidden);
        _episodes.Observe(next);
        _values[^1] = critic.Evaluate(next)[0];
        Advantages.Estimate(_rewards, _ended, _values, _options.Discount, _options.Trace, _advantages);
    }

    private void Update(float rate)
    {
        var order = Enumerable.Range(0, _options.Rollout).ToArray();
        for (var epoch = 0; epoch < _options.Epochs; epoch++)
        {
            _random.Shuffle(order);
            for (var start = 0; start + _options.Batch <= order.Length; start += _options.Batch) Update(order.AsSpan(start, _options.Batch), rate);
        }
    }

    private void Update(ReadOnlySpan<int> steps, float rate)
    {
        var count = steps.Length;
        for (var row = 0; row < count; row++) _states.AsSpan(steps[row] * _hidden, _hidden).CopyTo(_batch.AsSpan(row * _hidden));
        var (mean, deviation) = Moments(steps);
        _actor.Forward(_batch, count);
        _critic.Forward(_batch, count);
        for (var row = 0; row < count; row++)
        {
            var step = steps[row];
            var advantage = (_advantages[step] - mean) / (deviation + 1e-8f);
            var logits = _actor.Outputs.AsSpan(row * Actions, Actions);
            var (action, other) = (_actions[step], 1 - _actions[step]);
            var logProbability = LogProbability(logits[action] - logits[other]);
            var ratio = MathF.Exp(logProbability - _logProbabilities[step]);
            // The clipped objective is flat where the ratio has already moved as far as it may in the advantage's direction.
            var flat = advantage > 0 ? ratio > 1 + _options.Clip : ratio < 1 - _options.Clip;
            var pull = flat ? 0 : -advantage * ratio * (1 - MathF.Exp(logProbability)) / count;
            _actor.OutputGradient[row * Actions + action] = pull;
            _actor.OutputGradient[row * Actions + other] = -pull;
            var target = _advantages[step] + _values[step];
            _critic.OutputGradient[row] = _options.ValueWeight * 2 * (_critic.Outputs[row] - target) / count;
        }
        _actor.Backward(_batch, count);
        _critic.Backward(_batch, count);
        _actor.Step(rate, _options.MostGradient);
        _critic.Step(rate, _options.MostGradient);
    }

    private (float Mean, float Deviation) Moments(ReadOnlySpan<int> steps)
    {
        double sum = 0, squares = 0;
        foreach (var step in steps)
        {
            sum += _advantages[step];
            squares += _advantages[step] * (double)_advantages[step];
        }
        var mean = sum / steps.Length;
        return ((float)mean, (float)Math.Sqrt(Math.Max(0, squares / steps.Length - mean * mean)));
    }

    /// <summary>Logarithm of σ(<paramref name="preference"/>).</summary>
    private static float LogProbability(float preference) => preference > 0 ? -MathF.Log(1 + MathF.Exp(-preference)) : preference - MathF.Log(1 + MathF.Exp(preference));
}
