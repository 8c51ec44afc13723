using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using CodeExit.Inference.Checkpoints;
using CodeExit.Inference.Tokenization;

namespace CodeExit.Tests.Inference.Tokenization;

public class BytePairTokenizerTests
{
    [Theory]
    [InlineData("embedded")]
    [InlineData("llama-like")]
    [InlineData("starcoder-like")]
    [InlineData("deepseek-like")]
    public void Encode_VariedTexts_EqualsHuggingFace(string name)
    {
        var tokenizer = TokenizerFixtures.Load(name);
        var lines = TokenizerFixtures.Lines("encodings.jsonl.gz");
        var differences = new List<string>();
        foreach (var line in lines)
        {
            var expected = line.GetProperty(name);
            var asText = line.TryGetProperty(name + " as text", out var different) ? different : expected;
            Compare(line, expected, SpecialTokens.Recognize);
            Compare(line, asText, SpecialTokens.AsText);
        }
        Assert.True(lines.Count >= 2_000, $"only {lines.Count} texts");
        Assert.True(differences.Count == 0, $"{differences.Count} of {2 * lines.Count} differ:\n{string.Join('\n', differences.Take(10))}");

        void Compare(JsonElement line, JsonElement expected, SpecialTokens special)
        {
            var text = TokenizerFixtures.Text(line);
            var ids = TokenizerFixtures.Encode(tokenizer, text, special);
            var wanted = expected.EnumerateArray().Select(id => id.GetInt32()).ToList();
            if (!ids.SequenceEqual(wanted))
                differences.Add($"{special} {JsonSerializer.Serialize(text)}: [{string.Join(' ', ids)}] for [{string.Join(' ', wanted)}]");
        }
    }
    [Theory]
    [InlineData("embedded")]
    [InlineData("starcoder-like")]
    public void Encode_RandomText_DecodesToItself(string name)
    {
        var tokenizer = TokenizerFixtures.Load(name);
        var random = new Random(3);
        for (var round = 0; round < 2_000; round++)
        {
            var text = RandomText(random);
            var special = round % 2 == 0 ? SpecialTokens.AsText : SpecialTokens.Recognize;
            var decoded = TokenizerFixtures.Decode(tokenizer, TokenizerFixtures.Encode(tokenizer, text, special));
            // .NET's own encoder also gives U+FFFD for an unpaired surrogate.
            Assert.Equal(Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text)), decoded);
        }
    }

    [Theory]
    [InlineData("embedded")]
    [InlineData("llama-like")]
    [InlineData("starcoder-like")]
    [InlineData("deepseek-like")]
    public void Encode_ControlTokensAsText_NeverGivesTheirIds(string name)
    {
        var tokenizer = TokenizerFixtures.Load(name);
        var control = Enumerable.Range(0, tokenizer.VocabularySize)
            .Where(id => tokenizer.IsSpecial(id) || tokenizer.EndOfText.Contains(id)).ToList();
        Assert.NotEmpty(control);
        var text = string.Concat(control.Select(id => Encoding.UTF8.GetString(tokenizer.Bytes(id)) + " "));
        Assert.DoesNotContain(TokenizerFixtures.Encode(tokenizer, text, SpecialTokens.AsText), control.Contains);
        Assert.Equal(control, TokenizerFixtures.Encode(tokenizer, text, SpecialTokens.Recognize).Where(control.Contains));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Encode_SpecialTokenThatMergingMakes_StaysText(bool ignoreMerges)
    {
        using var folder = new TokenizerFolder(json =>
        {
            json["added_tokens"]!.AsArray().Add(TokenizerFolder.AddedToken(256, "ab"));
            json["model"]!["ignore_merges"] = ignoreMerges;
        });
        var tokenizer = folder.Load();
        var asText = TokenizerFixtures.Encode(tokenizer, "ab", SpecialTokens.AsText);
        Assert.Equal(['a', 'b'], asText.Select(id => (char)tokenizer.Bytes(id)[0]));
        Assert.Equal([256], TokenizerFixtures.Encode(tokenizer, "ab", SpecialTokens.Recognize));
    }

    [Fact]
    public void Load_Embedded_KnowsItsControlTokens()
    {
        var tokenizer = TokenizerFixtures.Load("embedded");
        int Id(string written) => Assert.Single(TokenizerFixtures.Encode(tokenizer, written, SpecialTokens.Recognize));
        Assert.Equal(
            new FimTokens(Id("<|fim_prefix|>"), Id("<|fim_suffix|>"), Id("<|fim_middle|>"), Id("<|fim_pad|>"), Id("<|file_sep|>"), FimOrder.Spm) { PromptTokens = 512 },
            tokenizer.Fim);
        Assert.Equal(
            "<|endoftext|> <|fim_prefix|> <|fim_suffix|> <|fim_middle|> <|fim_pad|> <|file_sep|>".Split(' ').Select(Id).Order(),
            tokenizer.EndOfText.Order());
        Assert.All(tokenizer.EndOfText, id => Assert.True(tokenizer.IsSpecial(id)));
        Assert.Equal("<|fim_pad|>", Encoding.UTF8.GetString(tokenizer.Bytes(tokenizer.Fim!.Pad!.Value)));
        Assert.Empty(tokenizer.Prologue);
    }

    [Fact]
    public void Load_OtherFamilies_FindsTheirFimTokensAndPrologue()
    {
        var llama = TokenizerFixtures.Load("llama-like");
        Assert.Equal("<s>", Encoding.UTF8.GetString(llama.Bytes(Assert.Single(llama.Prologue))));
        Assert.False(llama.IsSpecial(llama.Fim!.Prefix)); // as in Qwen2.5-Coder

        var deepSeek = TokenizerFixtures.Load("deepseek-like");
        string Written(int id) => Encoding.UTF8.GetString(deepSeek.Bytes(id));
        Assert.Equal("<｜fim▁begin｜>", Written(deepSeek.Fim!.Prefix));
        Assert.Equal("<｜fim▁hole｜>", Written(deepSeek.Fim.Suffix));
        Assert.Equal("<｜fim▁end｜>", Written(deepSeek.Fim.Middle));
        Assert.Null(deepSeek.Fim.Pad);
        Assert.Contains("<｜end▁of▁sentence｜>", deepSeek.EndOfText.Select(Written));

        using var plain = new TokenizerFolder();
        Assert.Null(plain.Load().Fim);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(int.MaxValue)]
    [InlineData(int.MinValue)]
    [InlineData(259)]
    public void Bytes_IdOutsideTheVocabulary_IsEmpty(int id)
    {
        using var folder = new TokenizerFolder();
        var tokenizer = folder.Load();
        Assert.Equal(259, tokenizer.VocabularySize);
        Assert.True(tokenizer.Bytes(id).IsEmpty);
        Assert.False(tokenizer.IsSpecial(id));
    }

    [Theory]
    [InlineData("a")]
    [InlineData(" ")]
    [InlineData("\n")]
    [InlineData("ab")]
    [InlineData("漢")]
    public void Encode_WordOfAMegabyte_DecodesToItself(string unit)
    {
        var tokenizer = TokenizerFixtures.Load("embedded");
        var text = string.Concat(Enumerable.Repeat(unit, (1 << 20) / unit.Length));
        Assert.Equal(text, TokenizerFixtures.Decode(tokenizer, TokenizerFixtures.Encode(tokenizer, text, SpecialTokens.AsText)));
    }

    [Fact]
    public void Encode_PatternExplodes_NamesTheFile()
    {
        using var folder = new TokenizerFolder(json => json["pre_tokenizer"] = JsonNode.Parse(
            """
            {"type": "Sequence", "pretokenizers": [
              {"type": "Split", "pattern": {"Regex": "(?:a|aa|aaa)+b"}, "behavior": "Isolated"},
              {"type": "ByteLevel", "add_prefix_space": false, "use_regex": false}]}
            """));
        var tokenizer = folder.Load();
        var exception = Assert.Throws<CheckpointException>(
            () => TokenizerFixtures.Encode(tokenizer, new string('a', 60), SpecialTokens.AsText));
        Assert.Contains("tokenizer.json: pre_tokenizer: ", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Encode_ManyThreads_EqualsOneThread()
    {
        var tokenizer = TokenizerFixtures.Load("embedded");
        var texts = TokenizerFixtures.Lines("encodings.jsonl.gz").Select(TokenizerFixtures.Text)
            .Where(text => text.Length < 500).Take(600).ToList();
        var expected = texts.ConvertAll(text => TokenizerFixtures.Encode(tokenizer, text, SpecialTokens.AsText));
        var shared = TokenizerFixtures.Load("embedded");
        Parallel.For(0, 4 * texts.Count, i =>
            Assert.Equal(expected[i % texts.Count], TokenizerFixtures.Encode(shared, texts[i % texts.Count], SpecialTokens.AsText)));
    }

    private static string RandomText(Random random)
    {
        var text = new StringBuilder();
        for (var length = random.Next(60); text.Length < length;)
        {
            text.Append(random.Next(6) switch
            {
                0 => ((char)random.Next(0x10000)).ToString(), // unpaired surrogates among them
                1 => char.ConvertFromUtf32(random.Next(0x10000, 0x110000)),
                2 => "<|fim_prefix|>",
                3 => new string(' ', random.Next(1, 6)),
                _ => ((char)random.Next(' ', 0x7F)).ToString(),
            });
        }
        return text.ToString();
    }
}
