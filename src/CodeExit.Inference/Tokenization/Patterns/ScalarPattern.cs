namespace CodeExit.Inference.Tokenization.Patterns;

/// <summary>
/// A compiled pattern over Unicode scalars. .NET's own Regex is not used because it sees UTF-16 units (its <c>\p{L}</c> misses every letter
/// beyond the basic plane), reads another dialect than the one these patterns are written in, and costs a start-up that a completion feels.
/// </summary>
internal sealed class ScalarPattern
{
    /// <summary>GPT-2's, which the ByteLevel pre-tokenizer carries inside.</summary>
    public const string Gpt2 = @"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+";

    private readonly PatternProgram _program;

    public ScalarPattern(PatternNode pattern) => _program = PatternProgram.Compile(pattern);

    /// <param name="pattern">In Oniguruma's Ruby syntax.</param>
    /// <exception cref="PatternException">The pattern is malformed or uses something that is not supported.</exception>
    public ScalarPattern(string pattern) : this(PatternParser.Parse(pattern)) { }

    /// <param name="text">Well-formed UTF-16; the matcher holds it.</param>
    public PatternMatcher Over(ReadOnlySpan<char> text) => new(_program, text);
}
