using CodeExit.Completion;
using CodeExit.Completion.Stopping;
using CodeExit.Inference.Tokenization;
using CodeExit.Tests.Completion.Fakes;
using YamlDotNet.RepresentationModel;

namespace CodeExit.Tests.Completion.Stopping;

/// <summary>The cases of tests/fixtures/suggestions: what users of other completion servers complained about.</summary>
public class ComplaintTests
{
    public static TheoryData<string, int, string> Cases()
    {
        var cases = new TheoryData<string, int, string>();
        foreach (var file in Directory.GetFiles(RepositoryFiles.Path("tests", "fixtures", "suggestions"), "*.yaml").Order(StringComparer.Ordinal))
        {
            for (var i = 0; i < Read(file).Count; i++) cases.Add(Path.GetFileName(file), i, Text(Read(file)[i], "name"));
        }
        return cases;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Run_WhatUsersSaw_IsNotShown(string file, int index, string name)
    {
        var given = Read(RepositoryFiles.Path("tests", "fixtures", "suggestions", file))[index];
        Assert.Equal(name, Text(given, "name"));
        var (document, offset) = Marked.Document(Text(given, "document"));
        var cursor = CursorContext.At(document, offset, given.Children.ContainsKey("language") ? Text(given, "language") : null);
        var said = Text(given, "said");

        var (text, reason, tokens) = Suggest.Run(new ByteTokenizer(), cursor, ByteTokenizer.Tokens(said));

        Assert.Equal((Text(given, "shown"), Text(given, "reason")), (text, reason.ToString()));
        Assert.True(reason == StopReason.EndOfText || tokens < said.Length || text.Length == 0 || said[(tokens - 1)..] == "\n", "the decode went on");

        var pieces = new PieceTokenizer();
        List<int> inPieces = [];
        pieces.Encode(said, SpecialTokens.AsText, inPieces);
        var (textInPieces, reasonInPieces, _) = Suggest.Run(pieces, cursor, inPieces);
        Assert.Equal((text, reason), (textInPieces, reasonInPieces));
    }

    private static List<YamlMappingNode> Read(string file)
    {
        var yaml = new YamlStream();
        using var reader = new StreamReader(file);
        yaml.Load(reader);
        return [.. ((YamlSequenceNode)yaml.Documents[0].RootNode["cases"]).Children.Cast<YamlMappingNode>()];
    }

    private static string Text(YamlMappingNode given, string name) => ((YamlScalarNode)given[name]).Value!;
}
