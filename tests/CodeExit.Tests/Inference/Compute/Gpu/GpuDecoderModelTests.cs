using CodeExit.Inference.Checkpoints;
using CodeExit.Inference.Compute.Cpu;
using CodeExit.Inference.Compute.Gpu;
using CodeExit.Inference.Decoding;
using CodeExit.Inference.EarlyExit;
using CodeExit.Inference.EarlyExit.Learned;
using CodeExit.Inference.Models;
using CodeExit.Tests.Inference.Checkpoints;

namespace CodeExit.Tests.Inference.Compute.Gpu;

/// <summary>The whole backend against transformers' numbers, as the CPU's is tested, and against its own promises.</summary>
public sealed class GpuDecoderModelTests
{
    public static TheoryData<string> All => [.. Fixtures.Names];

    // 1e-3 on logits, as for the CPU: sums of some hundred F32 terms in another order, through three layers, differ by far less.
    [GpuTheory]
    [MemberData(nameof(All))]
    public void RunLayers_F32_EqualsReferenceAtEveryLayer(string fixture)
    {
        using var model = Open(fixture);
        foreach (var reference in ReferenceCase.Load(Path.Combine(Fixtures.Folder(fixture), "reference.json")))
        {
            var layers = LayerInspector.Read(model, reference.Tokens, CancellationToken.None);

            Assert.Equal(reference.ArgmaxPerLayer, layers.Select(logits => Sampler.ArgMax(logits)));
            for (var i = 0; i < reference.Logits.Length; i++) Assert.Equal(reference.Logits[i], layers[^1][i], 1e-3f);
        }
    }

    [GpuTheory]
    [MemberData(nameof(All))]
    public void Generate_GreedyF32_EqualsReferenceTokenForToken(string fixture)
    {
        using var generator = new Generator(Open(fixture));
        foreach (var reference in ReferenceCase.Load(Path.Combine(Fixtures.Folder(fixture), "reference.json")))
        {
            var options = new GenerationOptions { MaxTokens = reference.Greedy.Length };
            var result = generator.Generate(reference.Tokens, options, new FullDepthPolicy(), new HashSet<int>(), null, CancellationToken.None);

            Assert.Equal(reference.Greedy, result.Tokens);
        }
    }

    /// <summary>Norms behind each half are two launches more; beyond four pieces of context attention is one more.</summary>
    [GpuTheory]
    [InlineData("llama-base", 0, 5)]
    [InlineData("qwen2", 0, 5)]
    [InlineData("starcoder2-window", 0, 5)]
    [InlineData("opt", 0, 5)]
    [InlineData("opt-post-norm", 0, 7)]
    [InlineData("llama-base", 255, 5)]
    [InlineData("llama-base", 256, 6)]
    [InlineData("mistral-window", 299, 5)] // its window is two pieces at most
    public void RunLayers_OneToken_LaunchesFewKernelsALayer(string fixture, int position, int expected)
    {
        using var model = Open(fixture);
        using var cache = model.CreateCache();
        using var states = model.CreateStates(300);
        for (var start = 0; start < position; start += model.MaxBatch)
        {
            model.Embed([.. Enumerable.Repeat(2, Math.Min(model.MaxBatch, position - start))], start, states);
            model.RunLayers(0, model.Config.LayerCount, states, cache, CancellationToken.None);
        }
        model.Embed([1], position, states);
        var (launches, bytes) = (model.Launches, model.BytesCopied);

        model.RunLayers(0, model.Config.LayerCount, states, cache, CancellationToken.None);

        Assert.Equal(expected * model.Config.LayerCount, model.Launches - launches);
        Assert.Equal(bytes, model.BytesCopied);
    }

    /// <summary>Kernels for one row, for 4, 8 and 64 add in the same order, and none looks at how the rows are cut into batches.</summary>
    [GpuTheory]
    [InlineData("llama-base", WeightPrecision.F32)]
    [InlineData("mistral-window", WeightPrecision.BF16)]
    [InlineData("llama-base", WeightPrecision.Int8)]
    [InlineData("opt-post-norm", WeightPrecision.F32)]
    public void RunLayers_TokenByToken_IsBitIdenticalToOneBatch(string fixture, WeightPrecision precision)
    {
        int[] tokens = [.. Enumerable.Range(1, 90).Select(i => i * 7 % 131)];
        using var model = Open(fixture, precision);

        Assert.Equal(LastLogits(model, tokens, pieces: 1), LastLogits(model, tokens, pieces: tokens.Length));
        Assert.Equal(LastLogits(model, tokens, pieces: 1), LastLogits(model, tokens, pieces: 4));
    }

    /// <summary>Over more pieces than one group goes through, so that decoding, a few rows and a long batch are three ways through attention.</summary>
    [GpuFact]
    public void RunLayers_LongContext_IsTheSameHoweverItIsCut()
    {
        int[] tokens = [.. Enumerable.Range(1, 290).Select(i => i * 7 % 131)];
        using var model = Open("llama-base");
        var whole = LastLogits(model, [.. tokens], pieces: 2);

        Assert.Equal(whole, LastLogits(model, tokens, pieces: 58));
        Assert.Equal(whole, LastLogits(model, tokens, pieces: 290));
    }

    [GpuTheory]
    [InlineData("llama-base")]
    [InlineData("opt-post-norm")]
    public void RunLayers_PropagatedRowsBeforeRunningOnes_IsTheSameAsOneAfterTheOther(string fixture)
    {
        using var model = Open(fixture);

        Assert.Equal(Propagate(model, together: false), Propagate(model, together: true));
    }

    [GpuFact]
    public void RunLayers_Cancelled_LeavesNothingBehindInTheCache()
    {
        using var model = Open("llama-base");
        using var cache = model.CreateCache();
        using var states = model.CreateStates(4);
        model.Embed([1, 2], 0, states);

        Assert.Throws<OperationCanceledException>(() => model.RunLayers(0, 3, states, cache, new CancellationToken(canceled: true)));

        Assert.Equal(0, cache.Filled(0));
    }

    [GpuTheory]
    [InlineData(-1, 1)]
    [InlineData(0, 0)]
    [InlineData(0, 3)]
    [InlineData(0, 2)] // two rows, but room for one
    public void ReadOut_RowsThatAreNotThere_IsRefused(int first, int count)
    {
        using var model = Open("llama-base");
        using var states = model.CreateStates(4);
        model.Embed([1, 2], 0, states);

        Assert.Throws<ArgumentOutOfRangeException>(() => model.ReadOut(states, 0, first, count, new float[model.Config.VocabularySize]));
    }

    [GpuFact]
    public void ReadOut_SeveralRows_AreBitIdenticalToEachAlone()
    {
        using var model = Open("llama-base");
        using var states = model.CreateStates(11);
        var vocabulary = model.Config.VocabularySize;
        model.Embed([.. Enumerable.Range(1, 11)], 0, states);
        var together = new float[11 * vocabulary];

        model.ReadOut(states, 0, 0, 11, together);

        for (var row = 0; row < 11; row++)
        {
            var alone = new float[vocabulary];
            model.ReadOut(states, 0, row, alone);
            Assert.Equal(alone, together[(row * vocabulary)..((row + 1) * vocabulary)]);
        }
    }

    /// <summary>Each kind of final norm, and none with a projection behind it.</summary>
    [GpuTheory]
    [InlineData("llama-base")]
    [InlineData("starcoder2-plain")]
    [InlineData("opt-post-norm")]
    public void ReadOut_LearnedExitHead_EqualsTheProcessors(string fixture)
    {
        using var folder = TemporaryFolder.CopyOf(fixture);
        using (var plain = Checkpoint.OpenBase(folder.Path))
        {
            var (random, hidden) = (new Random(3), plain.Config.HiddenSize);
            // Exact in BF16, as the processor keeps wide layers of a head whatever the model's precision.
            float[] Numbers(int count) => [.. Enumerable.Range(0, count).Select(_ => random.Next(-32, 33) / 64f)];
            var heads = new Dictionary<int, ExitHead> { [2] = new(Numbers(hidden), Numbers(5 * hidden), Numbers(5 * hidden)) };
            LearnedExitsFile.Write(folder.Path, new LearnedExits(heads, LearnedProbes.None), BaseFingerprint.Of(plain), new Dictionary<string, string>());
        }
        using var gpu = new GpuDecoderModel(Checkpoint.Open(folder.Path), WeightPrecision.F32, 200, TestGpu.Device);
        using var cpu = new CpuDecoderModel(Checkpoint.Open(folder.Path), WeightPrecision.F32, 200, threads: 1);
        using var withoutHead = Open(fixture);

        var (expected, actual) = (LayerInspector.Read(cpu, [1, 2, 3], CancellationToken.None), LayerInspector.Read(gpu, [1, 2, 3], CancellationToken.None));

        Assert.NotEqual(LayerInspector.Read(withoutHead, [1, 2, 3], CancellationToken.None)[1], actual[1]);
        for (var layer = 0; layer < expected.Count; layer++)
        {
            for (var i = 0; i < expected[layer].Length; i++) Assert.Equal(expected[layer][i], actual[layer][i], 1e-3f);
        }
    }

    [GpuFact]
    public void Open_HeadsTooWideForTheLocalMemory_IsRefusedWithTheNumbers()
    {
        using var checkpoint = Checkpoint.Open(Fixtures.Folder("llama-base"));

        var refusal = Assert.Throws<CheckpointException>(() => new GpuDecoderModel(checkpoint, WeightPrecision.F32, 64, TestGpu.Device with { LocalMemoryBytes = 1000 }));

        Assert.Contains("heads of 10 take 7456 bytes of local memory", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("has 1000", refusal.Message, StringComparison.Ordinal);
    }

    /// <summary>Two queues of one process: kernels must share nothing that is not given to them.</summary>
    [GpuFact]
    public void Generate_TwoModelsAtOnce_EachWritesWhatItWritesAlone()
    {
        int[][] alone = [.. Sampled(1), .. Sampled(2)];
        var together = new int[2][][];
        var threads = Enumerable.Range(0, 2).Select(i => new Thread(() => together[i] = Sampled(i + 1))).ToArray();
        foreach (var thread in threads) thread.Start();
        foreach (var thread in threads) thread.Join();

        Assert.Equal(alone, [.. together[0], .. together[1]]);
    }

    private static int[][] Sampled(int seed)
    {
        using var generator = new Generator(Open("mistral-window"));
        var random = new Random(seed);
        return [.. Enumerable.Range(0, 60).Select(i =>
        {
            int[] prompt = [.. Enumerable.Range(0, 20).Select(_ => random.Next(generator.Config.VocabularySize))];
            var options = new GenerationOptions { MaxTokens = 6, Temperature = 1, TopP = 0.98f, Seed = (ulong)i };
            return generator.Generate(prompt, options, new FullDepthPolicy(), new HashSet<int>(), null, CancellationToken.None).Tokens.ToArray();
        })];
    }

    private static float[] LastLogits(GpuDecoderModel model, int[] tokens, int pieces)
    {
        using var cache = model.CreateCache();
        using var states = model.CreateStates(tokens.Length);
        foreach (var piece in tokens.Index().GroupBy(each => each.Index * pieces / tokens.Length, each => each.Item).Select(group => group.ToArray()))
        {
            model.Embed(piece, cache.Filled(0), states);
            model.RunLayers(0, model.Config.LayerCount, states, cache, CancellationToken.None);
        }
        var logits = new float[model.Config.VocabularySize];
        model.ReadOut(states, model.Config.LayerCount, states.Count - 1, logits);
        return logits;
    }

    /// <returns>Logits of the last position, after three that left behind the first layer and two that did not.</returns>
    private static float[] Propagate(GpuDecoderModel model, bool together)
    {
        var layers = model.Config.LayerCount;
        using var cache = model.CreateCache();
        using var states = model.CreateStates(20);
        model.Embed([5, 1, 4, 2, 3, 7, 8, 9, 10, 11], 0, states);
        model.RunLayers(0, 1, states, cache, CancellationToken.None);
        states.Select(0, 5);
        model.RunLayers(1, layers, states, cache, CancellationToken.None);
        if (!together)
        {
            states.Select(5, 3);
            model.RunLayers(1, layers, states, cache, propagated: 3, CancellationToken.None);
            states.Select(8, 2);
            model.RunLayers(1, layers, states, cache, CancellationToken.None);
        }
        else
        {
            states.Select(5, 5);
            model.RunLayers(1, layers, states, cache, propagated: 3, CancellationToken.None);
        }
        states.Select(5, 5);
        var logits = new float[model.Config.VocabularySize];
        model.ReadOut(states, layers, 4, logits);
        return logits;
    }

    private static GpuDecoderModel Open(string fixture, WeightPrecision precision = WeightPrecision.F32) =>
        new(Checkpoint.Open(Fixtures.Folder(fixture)), precision, 300, TestGpu.Device);
}
