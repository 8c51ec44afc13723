using CodeExit.Training.Heads;

namespace CodeExit.Tests.Training.Heads;

public sealed class LanguageModelHeadTests
{
    [Theory]
    [MemberData(nameof(HeadFixtures.Kinds), MemberType = typeof(HeadFixtures))]
    public void Logits_StatesOfTheEngine_AreWhatItReadsOut(string fixture)
    {
        using var checkpoint = HeadFixtures.Open(fixture);
        using var head = new LanguageModelHead(checkpoint, threads: 2);
        using var model = HeadFixtures.Serve(fixture);
        using var cache = model.CreateCache();
        using var window = model.CreateStates(9);
        model.Embed([1, 30, 5, 77, 3, 130, 0, 64, 12], 0, window);
        model.RunLayers(0, 2, window, cache, default);
        var expected = new float[9 * head.Vocabulary];
        model.ReadOut(window, 3, 0, 9, expected);

        var (z, state, actual) = (new float[9 * head.Hidden], new float[head.Hidden], new float[9 * head.Vocabulary]);
        for (var row = 0; row < 9; row++)
        {
            window.CopyRow(row, state);
            var into = z.AsSpan(row * head.Hidden, head.Hidden);
            head.Normalize(state, into);
            for (var i = 0; i < head.Hidden; i++) into[i] = into[i] * head.NormWeight[i] + head.NormBias[i];
        }
        head.Logits(z, 9, actual);

        for (var i = 0; i < expected.Length; i++) Assert.Equal(expected[i], actual[i], 1e-4f * (1 + MathF.Abs(expected[i])));
    }

    /// <summary>A linear map and its gradient are adjoint: ⟨L z, d⟩ = ⟨z, Lᵀ d⟩.</summary>
    [Theory]
    [MemberData(nameof(HeadFixtures.Kinds), MemberType = typeof(HeadFixtures))]
    public void Backward_RandomGradient_IsAdjointToLogits(string fixture)
    {
        using var checkpoint = HeadFixtures.Open(fixture);
        using var head = new LanguageModelHead(checkpoint, threads: 2);
        var random = new Random(1);
        var (z, d) = (random.Normals(4 * head.Hidden), random.Normals(4 * head.Vocabulary));
        var (logits, dz) = (new float[4 * head.Vocabulary], new float[4 * head.Hidden]);

        head.Logits(z, 4, logits);
        head.Backward(d, 4, dz);

        for (var row = 0; row < 4; row++)
        {
            var (forwards, backwards) = (Dot(logits, d, row, head.Vocabulary), Dot(z, dz, row, head.Hidden));
            Assert.NotInRange(forwards, -1e-2, 1e-2);
            Assert.Equal(forwards, backwards, 1e-4 * (1 + Math.Abs(forwards)));
        }
    }

    [Theory]
    [InlineData("llama-base", true)]
    [InlineData("opt", true)]
    [InlineData("opt-post-norm", false)]
    public void HasNorm_OfAFixture_IsFalseOnlyWhereStatesAreReadOutAsTheyAre(string fixture, bool expected)
    {
        using var checkpoint = HeadFixtures.Open(fixture);
        using var head = new LanguageModelHead(checkpoint, threads: 1);
        var (state, normalized) = (new Random(1).Normals(head.Hidden, 3), new float[head.Hidden]);

        head.Normalize(state, normalized);

        Assert.Equal(expected, head.HasNorm);
        if (expected) Assert.Equal(1, normalized.Average(value => value * value), 1e-3);
        else Assert.Equal(state, normalized);
    }

    private static double Dot(float[] a, float[] b, int row, int width) => Enumerable.Range(row * width, width).Sum(i => (double)a[i] * b[i]);
}
