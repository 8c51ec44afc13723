using CodeExit.Evaluation.Speed;
using CodeExit.Inference.Tokenization;

namespace CodeExit.Tests.Evaluation;

public sealed class EncodeSpeedTests
{
    [Fact]
    public void Measure_TokenizerThatCounts_IsTimedOnTheWholeTextEachPass()
    {
        var tokenizer = new CountingTokenizer();

        var bytesPerSecond = EncodeSpeed.Measure(tokenizer);

        Assert.True(double.IsFinite(bytesPerSecond) && bytesPerSecond > 0);
        Assert.Equal(6, tokenizer.Lengths.Count); // one to warm up
        Assert.All(tokenizer.Lengths, length => Assert.InRange(length, 2_000_000, 2_001_000));
    }

    [Fact]
    public void Code_EachTime_IsTheSameAndVaried()
    {
        var text = EncodeSpeed.Code();

        Assert.Equal(text, EncodeSpeed.Code());
        Assert.True(text.Split('\n').Distinct().Count() > 20_000);
    }

    private sealed class CountingTokenizer : ITokenizer
    {
        public List<int> Lengths { get; } = [];

        public int VocabularySize => 1;

        public FimTokens? Fim => null;

        public IReadOnlyList<int> Prologue => [];

        public IReadOnlySet<int> EndOfText => new HashSet<int>();

        public void Encode(ReadOnlySpan<char> text, SpecialTokens special, List<int> destination) => Lengths.Add(text.Length);

        public ReadOnlySpan<byte> Bytes(int token) => default;

        public bool IsSpecial(int token) => false;
    }
}
