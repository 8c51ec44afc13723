using System.Text;
using System.Text.Json.Nodes;
using CodeExit.Inference.Checkpoints;
using CodeExit.Inference.Tokenization;

namespace CodeExit.Tests.Inference.Tokenization;

public class TokenizerLoadingTests
{
    public static TheoryData<string, string> BrokenParts => new()
    {
        { "model is missing", "model: is missing" },
        { "model is a string", "model: must be an object" },
        { "model type is Unigram", "model.type: is Unigram" },
        { "vocab is missing", "model.vocab: is missing" },
        { "vocab is an array", "model.vocab: is missing or not an object" },
        { "vocab is empty", "model.vocab: is empty" },
        { "vocab id is a string", "model.vocab: the id of 'x9' must be a whole number" },
        { "vocab id is a fraction", "model.vocab: the id of 'x9' must be a whole number" },
        { "vocab id is negative", "model.vocab: the token 'x9' has the id -1" },
        { "vocab id is huge", "model.vocab: the token 'x9' has the id 2000000000" },
        { "vocab id is taken", "model.vocab: the token 'x9' has the id 7, which another token has already" },
        { "merges are missing", "model.merges: is missing" },
        { "merge of an unknown token", "model.merges: number 2 names or makes the token 'zz'" },
        { "merge into an unknown token", "model.merges: number 2 names or makes the token 'ba'" },
        { "merge of three tokens", "model.merges: number 2 must be two tokens" },
        { "merge of one token", "model.merges: number 2 must be two tokens" },
        { "merge is a number", "model.merges: number 2 must be two tokens" },
        { "merge is an array of one", "model.merges: number 2 must be two tokens" },
        { "byte_fallback", "model.byte_fallback: is true" },
        { "continuing_subword_prefix", "model.continuing_subword_prefix: is '##'" },
        { "dropout", "model.dropout: makes encoding random" },
        { "ignore_merges is a string", "model.ignore_merges: is a string; it must be true or false" },
        { "added_tokens is an object", "added_tokens: is an object; it must be an array" },
        { "added token is a string", "added_tokens[0]: is a string; it must be an object" },
        { "added token without content", "added_tokens[0]: 'content' is missing" },
        { "added token's id is a string", "added_tokens[0].id: is a string" },
        { "added token's id is taken", "added_tokens[0]: the token 'new' has the id 5, which another token has already" },
        { "added token's id contradicts the vocabulary", "added_tokens[0]: the token 'ab' has the id 300 here but 256 in the vocabulary" },
        { "added token occurs twice", "added_tokens[1]: the token '<|endoftext|>' occurs twice" },
        { "normalizer is unknown", "normalizer: the type Lowercase is not supported" },
        { "pre_tokenizer is missing", "pre_tokenizer: is missing" },
        { "pre_tokenizer is unknown", "pre_tokenizer.pretokenizers[0]: the type Metaspace is not supported" },
        { "pre_tokenizer without ByteLevel", "pre_tokenizer: must end in its one ByteLevel step" },
        { "split without a pattern", "pre_tokenizer.pretokenizers[0]: 'pattern' is missing" },
        { "split with a bad regex", "pre_tokenizer.pretokenizers[0].pattern: the pattern '(a' has a '(' without its ')'" },
        { "split with a strange behavior", "pre_tokenizer.pretokenizers[0].behavior: is '1'; it must be one of Isolated, Removed" },
        { "post_processor is unknown", "post_processor: the type Mystery is not supported" },
        { "template of an unknown id", "post_processor.special_tokens.<s>.ids[0]: the id 999 of '<s>' is not in the vocabulary" },
    };

    [Theory]
    [MemberData(nameof(BrokenParts))]
    public void Load_BrokenPart_NamesFileAndPart(string defect, string complaint)
    {
        using var folder = new TokenizerFolder(json => Break(json, defect));
        var exception = Assert.Throws<CheckpointException>(folder.Load);
        Assert.StartsWith($"{Path.Combine(folder.Path, "tokenizer.json")}: {complaint}", exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', exception.Message);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{\"model\": {\"vocab\": {\"a\": 1")]
    [InlineData("{} trailing")]
    [InlineData("\"\\ud800\"")]
    [InlineData("{\"model\": {\"vocab\": {\"\\ud800\": 1}, \"merges\": []}}")]
    public void Load_MalformedJson_NamesFile(string json)
    {
        using var folder = new TokenizerFolder();
        folder.Write("tokenizer.json", json);
        var exception = Assert.Throws<CheckpointException>(folder.Load);
        Assert.StartsWith($"{Path.Combine(folder.Path, "tokenizer.json")}: ", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_EveryTruncation_IsOneCheckpointException()
    {
        using var folder = new TokenizerFolder();
        var whole = File.ReadAllText(Path.Combine(folder.Path, "tokenizer.json"));
        for (var length = 0; length < whole.Length; length += 17)
        {
            folder.Write("tokenizer.json", whole[..length]);
            Assert.Throws<CheckpointException>(folder.Load);
        }
    }

    [Fact]
    public void Load_MissingFile_NamesIt()
    {
        using var folder = new TokenizerFolder();
        File.Delete(Path.Combine(folder.Path, "tokenizer.json"));
        Assert.Contains("tokenizer.json: is missing", Assert.Throws<CheckpointException>(folder.Load).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{\"eos_token\": \"ab\"}")]
    [InlineData("{\"eos_token\": {\"content\": \"ab\", \"lstrip\": false}}")]
    public void Load_ConfigNamesEndToken_EndsText(string config)
    {
        using var folder = new TokenizerFolder();
        folder.Write("tokenizer_config.json", config);
        Assert.Equal([256, 258], folder.Load().EndOfText.Order());
    }

    [Theory]
    [InlineData("{\"eos_token\": 3}", "tokenizer_config.eos_token: is the number 3")]
    [InlineData("{\"eos_token\": {}}", "tokenizer_config.eos_token: 'content' is missing")]
    [InlineData("{\"fim_order\": \"mps\"}", "tokenizer_config.fim_order: is \"mps\", not \"psm\" or \"spm\"")]
    [InlineData("{\"fim_order\": 1}", "tokenizer_config.fim_order: is the number 1")]
    [InlineData("{\"other_files\": 1}", "tokenizer_config.other_files: is the number 1")]
    [InlineData("{\"prompt_tokens\": 15}", "tokenizer_config.prompt_tokens: is 15, not at least 16")]
    [InlineData("{", "is not valid JSON")]
    public void Load_BadConfig_NamesFileAndPart(string config, string complaint)
    {
        using var folder = new TokenizerFolder();
        folder.Write("tokenizer_config.json", config);
        var exception = Assert.Throws<CheckpointException>(folder.Load);
        var file = Path.Combine(folder.Path, "tokenizer_config.json");
        Assert.StartsWith($"{file}: {complaint}", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{}", FimOrder.Psm)]
    [InlineData("{\"fim_order\": \"psm\"}", FimOrder.Psm)]
    [InlineData("{\"fim_order\": \"spm\"}", FimOrder.Spm)]
    public void Load_ConfigNamesFimOrder_KeepsIt(string config, FimOrder order)
    {
        using var folder = new TokenizerFolder(json =>
        {
            var added = json["added_tokens"]!.AsArray();
            foreach (var name in "<fim_prefix> <fim_suffix> <fim_middle>".Split(' '))
                added.Add(TokenizerFolder.AddedToken(300 + added.Count, name));
        });
        folder.Write("tokenizer_config.json", config);
        Assert.Equal(order, folder.Load().Fim!.Order);
    }

    [Theory]
    [InlineData("<repo_name> <file_sep>", "{}", true, null)] // taught with both
    [InlineData("<repo_name> <file_sep>", "{\"other_files\": false, \"prompt_tokens\": 512}", false, 512)]
    [InlineData("<file_sep>", "{}", false, null)]
    [InlineData("", "{\"other_files\": true}", true, null)]
    public void Load_SeveralFiles_AreForModelsThatWereTaughtThem(string tokens, string config, bool reads, int? promptTokens)
    {
        using var folder = new TokenizerFolder(json =>
        {
            var added = json["added_tokens"]!.AsArray();
            foreach (var name in $"<fim_prefix> <fim_suffix> <fim_middle> {tokens}".Split(' ', StringSplitOptions.RemoveEmptyEntries))
                added.Add(TokenizerFolder.AddedToken(300 + added.Count, name));
        });
        folder.Write("tokenizer_config.json", config);
        var fim = folder.Load().Fim!;
        Assert.Equal((reads, promptTokens, tokens.Contains("repo")), (fim.ReadsOtherFiles, fim.PromptTokens, fim.RepoName is not null));
    }

    [Fact]
    public void Load_UnusedIds_StandForNothing()
    {
        using var folder = new TokenizerFolder(json => json["added_tokens"]![0]!["id"] = 300);
        var tokenizer = folder.Load();
        Assert.Equal(301, tokenizer.VocabularySize);
        Assert.True(tokenizer.Bytes(299).IsEmpty);
    }

    [Fact]
    public void Load_MergesBeforeVocabularyAndByteOrderMark_ReadsThem()
    {
        using var folder = new TokenizerFolder(json =>
        {
            var model = json["model"]!.AsObject();
            var vocabulary = model["vocab"]!.DeepClone();
            model.Remove("vocab");
            model["vocab"] = vocabulary;
        });
        var file = Path.Combine(folder.Path, "tokenizer.json");
        File.WriteAllText(file, File.ReadAllText(file), new UTF8Encoding(encoderShouldEmitUTF8Identifier: true));
        Assert.Equal([257], TokenizerFixtures.Encode(folder.Load(), "abab", SpecialTokens.AsText));
    }

    [Fact]
    public void Encode_NormalizersInSequence_AppliesThemInOrder()
    {
        using var folder = new TokenizerFolder(json => json["normalizer"] = JsonNode.Parse(
            """{"type": "Sequence", "normalizers": [{"type": "NFKC"}, {"type": "NFD"}]}"""));
        var tokenizer = folder.Load();
        var ids = TokenizerFixtures.Encode(tokenizer, "\uFB01\u00E9\uFFFE\u00E9", SpecialTokens.AsText);
        Assert.Equal("fie\u0301\uFFFEe\u0301", TokenizerFixtures.Decode(tokenizer, ids));
    }

    [Fact]
    public void Encode_SplitOnAString_TakesItLiterally()
    {
        using var folder = new TokenizerFolder(json => json["pre_tokenizer"] = JsonNode.Parse(
            """
            {"type": "Sequence", "pretokenizers": [
              {"type": "Split", "pattern": {"String": "."}, "behavior": "Removed", "invert": false},
              {"type": "ByteLevel", "add_prefix_space": true, "use_regex": false}]}
            """));
        var tokenizer = folder.Load();
        var ids = TokenizerFixtures.Encode(tokenizer, "ab.a. b", SpecialTokens.AsText);
        Assert.Equal(" ab a b", TokenizerFixtures.Decode(tokenizer, ids)); // each piece without a space at its front gets one
    }

    [Fact]
    public void Encode_VocabularyLacksBytes_DropsThemOrUsesUnknown()
    {
        using var dropping = new TokenizerFolder(json => json["model"]!["vocab"]!.AsObject().Remove("x"));
        var kept = TokenizerFixtures.Encode(dropping.Load(), "xyx", SpecialTokens.AsText);
        Assert.Equal("y", TokenizerFixtures.Decode(dropping.Load(), kept));

        using var marking = new TokenizerFolder(json =>
        {
            json["model"]!["vocab"]!.AsObject().Remove("x");
            json["model"]!["unk_token"] = "ab";
        });
        var marked = TokenizerFixtures.Encode(marking.Load(), "xyx", SpecialTokens.AsText);
        Assert.Equal("abyab", TokenizerFixtures.Decode(marking.Load(), marked));
    }

    private static void Break(JsonObject json, string defect)
    {
        var model = (JsonObject)json["model"]!;
        var vocabulary = (JsonObject)model["vocab"]!;
        var merges = (JsonArray)model["merges"]!;
        var added = (JsonArray)json["added_tokens"]!;
        JsonObject Split(string pattern, string behavior) => new()
        {
            ["type"] = "Split",
            ["pattern"] = new JsonObject { ["Regex"] = pattern },
            ["behavior"] = behavior,
        };
        void Pipeline(JsonNode step)
        {
            var steps = new JsonArray(step, json["pre_tokenizer"]!.DeepClone());
            json["pre_tokenizer"] = new JsonObject { ["type"] = "Sequence", ["pretokenizers"] = steps };
        }

        Action change = defect switch
        {
            "model is missing" => () => json.Remove("model"),
            "model is a string" => () => json["model"] = "BPE",
            "model type is Unigram" => () => model["type"] = "Unigram",
            "vocab is missing" => () => model.Remove("vocab"),
            "vocab is an array" => () => model["vocab"] = new JsonArray(),
            "vocab is empty" => () => model["vocab"] = new JsonObject(),
            "vocab id is a string" => () => vocabulary["x9"] = "1",
            "vocab id is a fraction" => () => vocabulary["x9"] = 1.5,
            "vocab id is negative" => () => vocabulary["x9"] = -1,
            "vocab id is huge" => () => vocabulary["x9"] = 2_000_000_000,
            "vocab id is taken" => () => vocabulary["x9"] = 7,
            "merges are missing" => () => model.Remove("merges"),
            "merge of an unknown token" => () => merges.Add("a zz"),
            "merge into an unknown token" => () => merges.Add("b a"),
            "merge of three tokens" => () => merges.Add("a b a"),
            "merge of one token" => () => merges.Add("ab"),
            "merge is a number" => () => merges.Add(3),
            "merge is an array of one" => () => merges.Add(new JsonArray("a")),
            "byte_fallback" => () => model["byte_fallback"] = true,
            "continuing_subword_prefix" => () => model["continuing_subword_prefix"] = "##",
            "dropout" => () => model["dropout"] = 0.1,
            "ignore_merges is a string" => () => model["ignore_merges"] = "yes",
            "added_tokens is an object" => () => json["added_tokens"] = new JsonObject(),
            "added token is a string" => () => added[0] = "x",
            "added token without content" => () => added[0]!.AsObject().Remove("content"),
            "added token's id is a string" => () => added[0]!["id"] = "258",
            "added token's id is taken" => () => added[0] = TokenizerFolder.AddedToken(5, "new"),
            "added token's id contradicts the vocabulary" => () => added[0] = TokenizerFolder.AddedToken(300, "ab"),
            "added token occurs twice" => () => added.Add(TokenizerFolder.AddedToken(259, "<|endoftext|>")),
            "normalizer is unknown" => () => json["normalizer"] = new JsonObject { ["type"] = "Lowercase" },
            "pre_tokenizer is missing" => () => json["pre_tokenizer"] = null,
            "pre_tokenizer is unknown" => () => Pipeline(new JsonObject { ["type"] = "Metaspace" }),
            "pre_tokenizer without ByteLevel" => () => json["pre_tokenizer"] = new JsonObject { ["type"] = "Digits" },
            "split without a pattern" => () => Pipeline(new JsonObject { ["type"] = "Split" }),
            "split with a bad regex" => () => Pipeline(Split("(a", "Isolated")),
            "split with a strange behavior" => () => Pipeline(Split("a", "1")),
            "post_processor is unknown" => () => json["post_processor"] = new JsonObject { ["type"] = "Mystery" },
            "template of an unknown id" => () => json["post_processor"] = JsonNode.Parse(
                """{"type":"TemplateProcessing","single":[{"SpecialToken":{"id":"<s>"}}],"special_tokens":{"<s>":{"ids":[999]}}}"""),
            _ => throw new ArgumentException(defect, nameof(defect)),
        };
        change();
    }
}
