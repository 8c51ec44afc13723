using CodeExit.Inference.Checkpoints;
using CodeExit.Inference.EarlyExit.Learned;
using CodeExit.Inference.Models;
using CodeExit.Training.Heads;
using CodeExit.Training.Policies;
using CodeExit.Training.States;

namespace CodeExit.Training;

/// <summary>
/// Learns exit heads and policies for a model from texts, and never touches the model's weights. Stage by stage: states at the exits, heads
/// on them, what the exits then say, and the policies from that.
/// </summary>
/// <param name="checkpoint">Opened without what was learned before.</param>
/// <param name="model">The same checkpoint's, as it will serve.</param>
/// <param name="work">A folder of its own for what is done so far; removed at the end.</param>
/// <param name="progress">Told in a line what is going on, often.</param>
public sealed class Tuner(Checkpoint checkpoint, DecoderModel model, TuneOptions options, string work, Action<string> progress)
{
    private readonly ModelConfig _config = checkpoint.Config;

    /// <returns>What was learned, and how good it is on texts kept back.</returns>
    /// <exception cref="ArgumentException">Exits that the model does not have, or too few texts.</exception>
    /// <exception cref="OperationCanceledException">What is done so far is kept in the work folder.</exception>
    public (LearnedExits Learned, TuneReport Report) Run(IReadOnlyList<TuningText> texts, CancellationToken cancellationToken)
    {
        Validate(texts);
        var folder = new TuneWork(work, TuneKey.Of(checkpoint, options, texts), checkpoint);
        int[] exits = [.. options.Exits, _config.LayerCount];
        var states = folder.LoadStates() ?? Collect(folder, exits, texts, cancellationToken);
        var (learning, kept) = Split(states, texts.Count);
        var learned = folder.LoadLearned();
        using var head = new LanguageModelHead(checkpoint, options.Threads);
        if (learned.Heads.Count == 0)
        {
            var heads = new ExitHeadTrainer(head, options.Heads, options.Seed).Train(learning, share => progress($"exit heads: {share:P0}"), cancellationToken);
            folder.Save(learned = learned with { Heads = heads });
        }
        progress("what the exits say");
        var set = new TrainingSet(learning, ExitReader.Read(head, learning, learned.Heads, cancellationToken), texts, model.ReadOutLayers);
        foreach (var (name, train) in Stages(set, cancellationToken))
        {
            if (learned.Probes.Has(name)) continue;
            progress(name);
            folder.Save(learned = learned with { Probes = learned.Probes.With(train()) });
        }
        return (learned, TuneReport.Of(head, kept, learned, cancellationToken));
    }

    /// <summary>The work folder is no longer needed.</summary>
    public void Finish() => new TuneWork(work, "", checkpoint).Finish();

    private IEnumerable<(string Name, Func<IEnumerable<(string, ProbeNetwork)>> Train)> Stages(TrainingSet set, CancellationToken cancellationToken)
    {
        var seed = options.Seed;
        yield return ("classifier", () => ClassifierTrainer.Train(set, seed, cancellationToken));
        yield return ("stop", () => StopTrainer.Train(set, seed, cancellationToken));
        yield return ("sequence", () => [SequenceTrainer.Train(set, seed, cancellationToken)]);
        yield return ("price", () => new PriceTrainer(set, seed, cancellationToken).Train());
        yield return ("rl", () => [new AgentTrainer(set, options.Ppo, options.Reward, seed).Train(
            (share, reward) => progress($"rl: {share:P0}, mean reward {reward:0.0000}"), cancellationToken)]);
    }

    private TokenStates Collect(TuneWork folder, int[] exits, IReadOnlyList<TuningText> texts, CancellationToken cancellationToken)
    {
        var states = new StateCollector(model, exits, options.PromptTokens, options.Seed)
            .Collect(texts, text => progress($"states: text {text + 1} of {texts.Count}"), cancellationToken);
        folder.Save(states);
        return states;
    }

    /// <summary>Whole texts go to one side or the other.</summary>
    private (TokenStates Learning, TokenStates Kept) Split(TokenStates states, int texts)
    {
        var learning = texts - (int)Math.Ceiling(texts * options.HeldOut);
        var first = Array.FindIndex(states.Texts, text => text >= learning);
        return (states.Slice(0, first), states.Slice(first, states.Count - first));
    }

    private void Validate(IReadOnlyList<TuningText> texts)
    {
        if (options.Exits.Count == 0 || options.Exits.Any(exit => exit < 1 || exit >= _config.LayerCount) || !options.Exits.SequenceEqual(options.Exits.Distinct().Order()))
        {
            throw new ArgumentException(
                $"exits {string.Join(", ", options.Exits)}: must be layers from 1 to {_config.LayerCount - 1}, each once, ascending");
        }
        if (texts.Count < 10) throw new ArgumentException($"{texts.Count} texts are too few to learn from; 10 are the least, thousands are of use");
    }
}
