using System.Text;

namespace CodeExit.Tests.LanguageServer;

/// <summary>Every error code of JSON-RPC 2.0 and LSP 3.18 that a client can provoke; the life cycle's are in <see cref="LifecycleTests"/>.</summary>
public sealed class RpcErrorTests
{
    [Theory]
    [InlineData("{", -32700)]
    [InlineData("", -32700)]
    [InlineData("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":}", -32700)]
    [InlineData("[{\"jsonrpc\"", -32700)]
    [InlineData("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"shutdown\"} x", -32700)]
    [InlineData("nonsense", -32700)]
    [InlineData("[]", -32600)]
    [InlineData("[{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"shutdown\"}]", -32600)]
    [InlineData("5", -32600)]
    [InlineData("null", -32600)]
    [InlineData("{}", -32600)]
    [InlineData("{\"jsonrpc\":\"2.0\",\"id\":null,\"method\":\"shutdown\"}", -32600)]
    [InlineData("{\"jsonrpc\":\"2.0\",\"id\":[1],\"method\":\"shutdown\"}", -32600)]
    public async Task Message_Unreadable_IsAnsweredWithIdNull(string body, int code)
    {
        TestServer server = await TestServer.StartAsync();
        await server.Client.SendAsync(body);
        Assert.Equal(code, (await server.Client.ErrorAsync("null")).Code);
        await server.ShutDownAsync();
    }

    [Theory]
    [InlineData("{\"id\":77,\"method\":\"codeexit/status\"}")]
    [InlineData("{\"jsonrpc\":\"1.0\",\"id\":77,\"method\":\"codeexit/status\"}")]
    [InlineData("{\"jsonrpc\":2.0,\"id\":77,\"method\":\"codeexit/status\"}")]
    [InlineData("{\"jsonrpc\":\"2.0\",\"id\":77}")]
    [InlineData("{\"jsonrpc\":\"2.0\",\"method\":5,\"id\":77}")]
    public async Task Message_NoRequest_IsInvalidRequestWithItsId(string body)
    {
        TestServer server = await TestServer.StartAsync();
        await server.Client.SendAsync(body);
        Assert.Equal(-32600, (await server.Client.ErrorAsync("77")).Code);
        await server.ShutDownAsync();
    }

    [Fact]
    public async Task Message_InvalidUtf8_IsParseError()
    {
        TestServer server = await TestServer.StartAsync();
        byte[] body = [.. "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\""u8, 0xC3, 0x28, 0xFF, .. "\"}"u8];
        await server.Client.SendBytesAsync([.. Encoding.ASCII.GetBytes($"Content-Length: {body.Length}\r\n\r\n"), .. body]);
        var (code, message) = await server.Client.ErrorAsync("null");
        Assert.Equal(-32700, code);
        Assert.Contains("UTF-8", message, StringComparison.Ordinal);
        await server.ShutDownAsync();
    }

    [Fact]
    public async Task Message_DeeplyNested_IsParseError()
    {
        TestServer server = await TestServer.StartAsync();
        string deep = new string('[', 100_000) + new string(']', 100_000);
        await server.Client.SendAsync($$"""{"jsonrpc":"2.0","id":1,"method":"codeexit/status","params":{{deep}} }""");
        Assert.Equal(-32700, (await server.Client.ErrorAsync("null")).Code);
        await server.ShutDownAsync();
    }

    [Fact]
    public async Task Request_UnknownMethod_IsMethodNotFound()
    {
        TestServer server = await TestServer.StartAsync();
        var (code, message) = await server.Client.FailAsync("textDocument/hover", new { });
        Assert.Equal(-32601, code);
        Assert.Contains("textDocument/hover", message, StringComparison.Ordinal);
        Assert.Equal(-32601, (await server.Client.FailAsync("$/unheardOf")).Code);
        Assert.Equal(-32601, (await server.Client.FailAsync("textDocument/didOpen", new { })).Code);
        await server.ShutDownAsync();
    }

    [Theory]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("7")]
    [InlineData("{}")]
    [InlineData("{\"textDocument\":null,\"position\":{\"line\":0,\"character\":0}}")]
    [InlineData("{\"textDocument\":{},\"position\":{\"line\":0,\"character\":0}}")]
    [InlineData("{\"textDocument\":{\"uri\":7},\"position\":{\"line\":0,\"character\":0}}")]
    [InlineData("{\"textDocument\":{\"uri\":\"file:///code/sample.py\"},\"position\":{\"line\":0}}")]
    [InlineData("{\"textDocument\":{\"uri\":\"file:///code/sample.py\"},\"position\":{\"line\":\"0\",\"character\":0}}")]
    [InlineData("{\"textDocument\":{\"uri\":\"file:///code/sample.py\"}}")]
    [InlineData("{\"textDocument\":{\"uri\":\"file:///code/sample.py\"},\"position\":{\"line\":-1,\"character\":0}}")]
    [InlineData("{\"textDocument\":{\"uri\":\"file:///code/sample.py\"},\"position\":{\"line\":0,\"character\":-1}}")]
    [InlineData("{\"textDocument\":{\"uri\":\"file:///code/sample.py\"},\"position\":{\"line\":2,\"character\":0}}")]
    [InlineData("{\"textDocument\":{\"uri\":\"file:///code/sample.py\"},\"position\":{\"line\":2147483648,\"character\":0}}")]
    [InlineData("{\"textDocument\":{\"uri\":\"file:///code/other.py\"},\"position\":{\"line\":0,\"character\":0}}")]
    public async Task InlineCompletion_BadParameters_IsInvalidParams(string parameters)
    {
        TestServer server = await TestServer.StartAsync();
        await server.OpenAsync("one\ntwo");
        await server.Client.SendAsync($$"""{"jsonrpc":"2.0","id":"x","method":"textDocument/inlineCompletion","params":{{parameters}} }""");
        Assert.Equal(-32602, (await server.Client.ErrorAsync("\"x\"")).Code);
        await server.ShutDownAsync();
    }

    [Fact]
    public async Task InlineCompletion_LineOutside_SaysWhatWouldBeRight()
    {
        TestServer server = await TestServer.StartAsync();
        await server.OpenAsync("one\ntwo");
        string message = (await server.Client.FailAsync("textDocument/inlineCompletion", TestServer.At(9, 3))).Message;
        Assert.Contains("9:3", message, StringComparison.Ordinal);
        Assert.Contains("0 to 1", message, StringComparison.Ordinal);
        await server.ShutDownAsync();
    }

    [Fact]
    public async Task InlineCompletion_ClosedDocument_IsInvalidParams()
    {
        TestServer server = await TestServer.StartAsync();
        await server.OpenAsync("one");
        await server.Client.NotifyAsync("textDocument/didClose", new { textDocument = new { uri = TestServer.Uri } });
        var (code, message) = await server.Client.FailAsync("textDocument/inlineCompletion", TestServer.At(0, 0));
        Assert.Equal(-32602, code);
        Assert.Contains(TestServer.Uri, message, StringComparison.Ordinal);
        await server.ShutDownAsync();
    }

    [Theory]
    [InlineData("0")]
    [InlineData("-5")]
    [InlineData("9007199254740993")]
    [InlineData("\"\"")]
    [InlineData("\"7\"")]
    [InlineData("\"a \\u00e9 \\\" \\ud83d\\ude00\"")]
    public async Task Request_AnyId_IsEchoedExactly(string id)
    {
        TestServer server = await TestServer.StartAsync();
        await server.Client.SendAsync($$"""{"method":"codeexit/energy","id": {{id}} ,"jsonrpc":"2.0"}""");
        await server.Client.ResultAsync(id);
        await server.ShutDownAsync();
    }

    [Fact]
    public async Task Request_IdInFlight_IsInvalidRequestAndTheFirstGoesOn()
    {
        TestServer server = await TestServer.StartAsync();
        await server.OpenAsync("x = ");
        const string Request = """{"jsonrpc":"2.0","id":"dup","method":"textDocument/inlineCompletion","params":{"textDocument":{"uri":"file:///code/sample.py"},"position":{"line":0,"character":4}}}""";
        await server.Client.SendAsync(Request);
        ScriptedCall call = await server.Service.NextCallAsync();
        await server.Client.SendAsync(Request);
        Assert.Equal(-32600, (await server.Client.ErrorAsync("\"dup\"")).Code);
        call.Answer("1");
        Assert.Single((await server.Client.ResultAsync("\"dup\"")).GetProperty("items").EnumerateArray());
        await server.ShutDownAsync();
    }

    [Fact]
    public async Task Response_ToNothing_IsIgnored()
    {
        TestServer server = await TestServer.StartAsync();
        await server.Client.SendAsync("""{"jsonrpc":"2.0","id":99,"result":null}""");
        await server.Client.SendAsync("""{"jsonrpc":"2.0","id":null,"error":{"code":-32700,"message":"?"}}""");
        await server.ShutDownAsync();
    }

    [Fact]
    public async Task Handler_ServiceThrows_IsInternalErrorAndTheServerLives()
    {
        TestServer server = await TestServer.StartAsync();
        await server.OpenAsync("x = ");
        string id = await server.Client.RequestAsync("textDocument/inlineCompletion", TestServer.At(0, 4));
        (await server.Service.NextCallAsync()).Fail(new InvalidOperationException("the tokenizer tripped"));
        var (code, message) = await server.Client.ErrorAsync(id);
        Assert.Equal(-32603, code);
        Assert.Contains("the tokenizer tripped", message, StringComparison.Ordinal);
        await server.ItemAsync(TestServer.At(0, 4), "1");
        await server.ShutDownAsync();
    }
}
