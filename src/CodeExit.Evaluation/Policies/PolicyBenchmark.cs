using CodeExit.Completion;
using CodeExit.Completion.Prompts;
using CodeExit.Evaluation.Tasks;
using CodeExit.Inference.Decoding;
using CodeExit.Inference.EarlyExit;
using CodeExit.Telemetry.Attribution;

namespace CodeExit.Evaluation.Policies;

/// <summary>
/// Runs every policy on every task, one task at a time and the policies in an order that turns, so that a machine that slows down meets all
/// alike. A task's prompt is prefilled at full depth before any of them: neither decode times nor joules hold it. Greedy; a text ends with
/// its line.
/// </summary>
/// <param name="progress">Told how far it is.</param>
/// <param name="meter">Of the device that runs the model, by its first source; null where no joules are asked for.</param>
public sealed class PolicyBenchmark(LoadedModel model, PolicyBenchmarkOptions options, Action<string> progress, EnergyMeter? meter = null)
{
    /// <summary>The spec that asks for the oracles, which only a benchmark can run.</summary>
    public const string Oracle = "oracle";

    private const string SequenceOracle = "oracle-sequence";

    /// <summary>Texts: .NET compiles anew what it has seen some tens of times.</summary>
    private const int WarmUps = 5;

    private readonly HashSet<int> _endTokens = [.. model.Tokenizer.EndOfText, .. model.Generator.Config.EndOfTextTokens];
    private readonly FimPromptBuilder _prompts = FimPromptBuilder.For(model.Tokenizer, model.Generator.Config);
    private readonly FullDepthPolicy _full = new();

    /// <exception cref="ArgumentException">A policy that the model cannot run; names it.</exception>
    public PolicyReport Run(IReadOnlyList<CompletionTask> tasks, IReadOnlyList<string> specs, CancellationToken cancellationToken)
    {
        var config = model.Generator.Config;
        var oracle = specs.Contains(Oracle);
        var policies = specs.Where(spec => spec is not (Oracle or FullDepthPolicy.Name)).Select(spec => ExitPolicies.Parse(spec, config)).ToArray();
        var tallies = policies.ToDictionary(policy => policy, policy => Tally(policy.Spec));
        var (fullTally, oracleTally, sequenceTally) =
            (Tally(FullDepthPolicy.Name), Tally(Oracle), Tally(SequenceOracle));
        if (tasks.Count > 0) WarmUp(tasks[0], policies, cancellationToken);
        for (var index = 0; index < tasks.Count; index++)
        {
            if (index % 10 == 0) progress($"task {index + 1} of {tasks.Count}");
            var task = tasks[index];
            var prompt = Prompt(task);
            Prefill(prompt, task, cancellationToken);
            var runs = new Dictionary<IExitPolicy, (string Text, GenerationResult Run)>();
            for (var turn = 0; turn <= policies.Length; turn++)
            {
                var place = (turn + index) % (policies.Length + 1);
                var policy = place == policies.Length ? (IExitPolicy)_full : policies[place];
                using var window = meter?.Open();
                runs[policy] = Generate(prompt, task, policy, cancellationToken);
                window?.Close();
                if (window is not null) (policy == _full ? fullTally : tallies[policy]).Joules.Add(window);
            }
            var (text, run) = runs[_full];
            fullTally.Add(text, task.Truth, text, run.LayersPerToken, run);
            foreach (var policy in policies) tallies[policy].Add(runs[policy].Text, task.Truth, text, runs[policy].Run.LayersPerToken, runs[policy].Run);
            if (!oracle) continue;
            oracleTally.Add(text, task.Truth, text, LeastLayers(prompt, task, cancellationToken), run: null);
            var depth = LeastDepth(prompt, task, text, cancellationToken);
            sequenceTally.Add(text, task.Truth, text, run.LayersPerToken.Select(_ => depth), run: null);
        }
        IEnumerable<PolicyTally> order = [fullTally, .. policies.Select(policy => tallies[policy]), .. oracle ? [oracleTally, sequenceTally] : Array.Empty<PolicyTally>()];
        return new PolicyReport(model.Name, tasks.Count, FullDepthPolicy.Name, [.. order.Select(tally => tally.Result(fullTally))]) { Device = model.Generator.Device };

        PolicyTally Tally(string name) => new(name, config.LayerCount, timesLooks: model.Generator.Device == "cpu");
    }

    /// <summary>What runs for the first time is compiled meanwhile, which is no cost of a policy's.</summary>
    private void WarmUp(CompletionTask task, IEnumerable<IExitPolicy> policies, CancellationToken cancellationToken)
    {
        var prompt = Prompt(task);
        for (var i = 0; i < WarmUps; i++)
        {
            foreach (var policy in policies.Append(_full)) Generate(prompt, task, policy, cancellationToken);
        }
    }

    private int[] Prompt(CompletionTask task)
    {
        var budget = Math.Min(options.PromptTokens, model.Generator.ContextLength - options.MaxTokens);
        return [.. _prompts.Build(task.Text, task.Offset, budget, task.Files, task.LanguageId).Tokens];
    }

    private void Prefill(int[] prompt, CompletionTask task, CancellationToken cancellationToken) =>
        model.Generator.Generate(prompt, Options(task) with { MaxTokens = 1 }, _full, _endTokens, observer: null, cancellationToken);

    private GenerationOptions Options(CompletionTask task) =>
        new() { MaxTokens = options.MaxTokens, Place = PlaceFeatures.Of(task.Text, task.Offset, task.LanguageId) };

    private (string Text, GenerationResult Run) Generate(
        int[] prompt, CompletionTask task, IExitPolicy policy, CancellationToken cancellationToken)
    {
        var observer = new LineObserver(model.Tokenizer, task.Truth);
        var run = model.Generator.Generate(prompt, Options(task), policy, _endTokens, observer, cancellationToken);
        return (observer.Text, run);
    }

    private IReadOnlyList<int> LeastLayers(int[] prompt, CompletionTask task, CancellationToken cancellationToken)
    {
        var recorder = new OracleRecorder(new LineObserver(model.Tokenizer, task.Truth));
        model.Generator.Generate(prompt, Options(task), recorder, _endTokens, recorder, cancellationToken);
        return recorder.Layers;
    }

    /// <summary>The sequence-level oracle (Glavas et al., 2410.20022): the first exit at which the whole text is full depth's.</summary>
    private int LeastDepth(int[] prompt, CompletionTask task, string full, CancellationToken cancellationToken)
    {
        var config = model.Generator.Config;
        return config.ExitLayers.First(exit =>
            exit == config.LayerCount || Generate(prompt, task, new FixedLayerPolicy(exit), cancellationToken).Text == full);
    }
}
