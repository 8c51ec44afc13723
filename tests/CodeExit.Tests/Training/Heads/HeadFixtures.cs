using CodeExit.Inference.Checkpoints;
using CodeExit.Inference.Compute.Cpu;
using CodeExit.Inference.EarlyExit.Learned;
using CodeExit.Inference.Models;
using CodeExit.Tests.Inference.Checkpoints;
using CodeExit.Training.Heads;
using CodeExit.Training.States;

namespace CodeExit.Tests.Training.Heads;

/// <summary>Small models of each kind of final norm, and what can be learned for them.</summary>
internal static class HeadFixtures
{
    /// <summary>RMS norm; layer norm with bias and an own head; layer norm with bias; no final norm, and a projection before the head.</summary>
    public static TheoryData<string> Kinds => ["llama-base", "starcoder2-plain", "opt", "opt-post-norm"];

    public static Checkpoint Open(string fixture) => Checkpoint.OpenBase(Fixtures.Folder(fixture));

    /// <summary>The model as it serves, with something learned for it, or without.</summary>
    public static CpuDecoderModel Serve(string fixture, LearnedExits? learned = null)
    {
        using var folder = TemporaryFolder.CopyOf(fixture);
        using (var checkpoint = Checkpoint.OpenBase(folder.Path))
        {
            if (learned is not null) LearnedExitsFile.Write(folder.Path, learned, BaseFingerprint.Of(checkpoint), new Dictionary<string, string>());
        }
        return new CpuDecoderModel(Checkpoint.Open(folder.Path), WeightPrecision.F32, 512, threads: 2);
    }

    public static LearnedExits Learned(IReadOnlyDictionary<int, ExitHead> heads) => new(heads, LearnedProbes.None);

    /// <summary>A head that differs from the model's own as much as a learned one may.</summary>
    public static ExitHead RandomHead(LanguageModelHead model, int rank, int seed)
    {
        var random = new Random(seed);
        float[] norm = [.. model.NormWeight.Select(weight => model.HasNorm ? weight * (1 + 0.3f * random.Normal()) : weight)];
        return new ExitHead(norm, random.Normals(rank * model.Hidden, 0.15f), random.Normals(model.Hidden * rank, 0.3f));
    }

    /// <summary>Texts of random tokens, each with a prompt of one.</summary>
    public static TuningText[] Texts(DecoderModel model, int count, int tokens, int seed)
    {
        var random = new Random(seed);
        int[] Tokens(int length) => [.. Enumerable.Range(0, length).Select(_ => random.Next(model.Config.VocabularySize))];
        return [.. Enumerable.Range(0, count).Select(_ => new TuningText(Tokens(1), Tokens(tokens), []))];
    }

    /// <summary>States after every layer, as the engine leaves them.</summary>
    public static TokenStates States(DecoderModel model, TuningText[] texts) =>
        new StateCollector(model, [.. Enumerable.Range(1, model.Config.LayerCount)], 0, seed: 1).Collect(texts, _ => { }, default);
}
