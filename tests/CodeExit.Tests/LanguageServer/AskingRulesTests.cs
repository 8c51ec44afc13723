using System.Text.Json;
using CodeExit.Tests.LanguageServer.Ignore;

namespace CodeExit.Tests.LanguageServer;

public sealed class AskingRulesTests : IDisposable
{
    private readonly IgnoreFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task InlineCompletion_IgnoredFile_IsAnsweredWithoutTheModelAndSaysWhy()
    {
        _folder.Write(".gitignore", "generated.py\n");
        TestServer server = TestServer.Create(new ScriptedService { Answers = _ => throw new InvalidOperationException("the text got to the model") });
        await server.Client.CallAsync("initialize", new { capabilities = new { }, workspaceFolders = new[] { new { uri = new Uri(_folder.Root).AbsoluteUri, name = "x" } } });
        await server.Client.NotifyAsync("initialized");
        string uri = _folder.Uri("generated.py");
        await server.OpenAsync("x = 1\n", uri);

        for (int i = 0; i < 3; i++)
            Assert.Equal("""{"items":[]}""", (await server.Client.CallAsync("textDocument/inlineCompletion", TestServer.At(0, 5, uri))).GetRawText());

        JsonElement suggestions = (await server.Client.CallAsync("codeexit/status")).GetProperty("suggestions");
        Assert.Equal(3, suggestions.GetProperty("gated").GetInt32());
        Assert.Equal("""{"ignored file":3}""", suggestions.GetProperty("gatedBy").GetRawText());
        string line = Assert.Single(server.Log, line => line.Contains("nothing is suggested", StringComparison.Ordinal));
        Assert.Contains(".gitignore, line 1: generated.py", line, StringComparison.Ordinal);
        await server.ShutDownAsync();
    }

    [Fact]
    public async Task InlineCompletion_IgnoreFileSaved_CountsFromThenOn()
    {
        TestServer server = await TestServer.StartAsync(new ScriptedService { Answers = _ => "y" });
        string uri = _folder.Uri("a.py");
        await server.OpenAsync("x", uri);
        Assert.Equal(1, (await server.Client.CallAsync("textDocument/inlineCompletion", TestServer.At(0, 1, uri))).GetProperty("items").GetArrayLength());

        _folder.Write(".codeexitignore", "*.py");
        await server.Client.NotifyAsync("textDocument/didSave", new { textDocument = new { uri = _folder.Uri(".codeexitignore") } });

        Assert.Equal(0, (await server.Client.CallAsync("textDocument/inlineCompletion", TestServer.At(0, 1, uri))).GetProperty("items").GetArrayLength());
        await server.ShutDownAsync();
    }

    [Fact]
    public async Task Completion_SecretFile_HasNoItems()
    {
        TestServer server = await TestServer.StartAsync(options: new { textDocumentCompletion = true });
        await server.OpenAsync("TOKEN=", "file:///code/.env");
        JsonElement list = await server.Client.CallAsync("textDocument/completion", TestServer.At(0, 6, "file:///code/.env"));
        Assert.Equal(0, list.GetProperty("items").GetArrayLength());
        await server.ShutDownAsync();
    }

    [Fact]
    public async Task InlineCompletion_DisabledLanguage_HasNoItemsUntilItIsEnabled()
    {
        TestServer server = await TestServer.StartAsync(new ScriptedService { Answers = _ => "y" }, options: JsonDocument.Parse("""{"disabledLanguages":["markdown","python"]}""").RootElement);
        await server.OpenAsync("x");
        Assert.Equal("""{"items":[]}""", (await server.Client.CallAsync("textDocument/inlineCompletion", TestServer.At(0, 1))).GetRawText());
        Assert.Equal("""{"language":1}""", (await server.Client.CallAsync("codeexit/status")).GetProperty("suggestions").GetProperty("gatedBy").GetRawText());

        await server.Client.NotifyAsync("workspace/didChangeConfiguration", new { settings = new { codeexit = new { disabledLanguages = Array.Empty<string>() } } });
        Assert.Equal(1, (await server.Client.CallAsync("textDocument/inlineCompletion", TestServer.At(0, 1))).GetProperty("items").GetArrayLength());
        await server.ShutDownAsync();
    }

    [Theory]
    [InlineData("""{"disabledLanguages":"python"}""", "\"python\"")]
    [InlineData("""{"disabledLanguages":["python",3]}""", "[\"python\",3]")]
    [InlineData("""{"disabledLanguages":[""]}""", "[\"\"]")]
    public async Task Settings_BadDisabledLanguages_AreShown(string options, string shown)
    {
        TestServer server = await TestServer.StartAsync(options: JsonDocument.Parse(options).RootElement);
        JsonElement message = await server.Client.TakeCallAsync("window/showMessage");
        Assert.Contains($"option disabledLanguages is {shown}, but a list of language ids, as [\"markdown\", \"plaintext\"], or null is wanted; an empty list is kept", message.GetProperty("message").GetString(), StringComparison.Ordinal);
        await server.ShutDownAsync();
    }
}
