using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace CodeExit.LanguageServer.Protocol;

/// <summary>An id as the JSON text that the client wrote, so that it is echoed exactly: <c>7</c> or <c>"7"</c>.</summary>
internal readonly record struct RequestId(string Json)
{
    public override string ToString() => Json;
}

/// <summary>The envelope of one message: a request (method and id), a notification (method) or a response (id, result or error).</summary>
/// <param name="Params">JSON of the parameters, a part of the body read; empty where there are none.</param>
/// <param name="IsError">A response that holds an error.</param>
internal sealed record IncomingMessage(RequestId? Id, string? Method, ReadOnlyMemory<byte> Params, bool IsError)
{
    /// <summary>Reads the envelope only; parameters are read by whoever handles the method.</summary>
    /// <param name="body">Written to: lone surrogates become U+FFFD in place.</param>
    /// <exception cref="RpcException">-32700 where it is no JSON, -32600 where it is no single JSON-RPC message.</exception>
    public static IncomingMessage Parse(Memory<byte> body)
    {
        if (!Utf8.IsValid(body.Span)) throw new RpcException(ErrorCode.ParseError, "the message is not valid UTF-8");
        LoneSurrogates.Replace(body.Span);
        try
        {
            return new Envelope(body).Read();
        }
        catch (JsonException exception)
        {
            throw new RpcException(ErrorCode.ParseError, $"the message is not JSON: {exception.Message}");
        }
    }

    private struct Envelope(ReadOnlyMemory<byte> body)
    {
        private RequestId? _id;
        private string? _method;
        private string? _problem;
        private ReadOnlyMemory<byte> _params;
        private bool _hasVersion;
        private bool _hasNullId;
        private bool _hasResult;
        private bool _hasError;

        public IncomingMessage Read()
        {
            var reader = new Utf8JsonReader(body.Span);
            reader.Read();
            if (reader.TokenType == JsonTokenType.StartArray) _problem = "LSP has no batches; send each message in a frame of its own";
            else if (reader.TokenType != JsonTokenType.StartObject) _problem = "a message is a JSON object";
            else while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName) ReadMember(ref reader);
            reader.Skip();
            reader.Read(); // throws where anything follows the message

            if (!_hasVersion) _problem ??= "\"jsonrpc\": \"2.0\" is missing";
            if (_hasNullId && _method is not null) _problem ??= "\"id\" is null; a request has a string or a number, a notification has none";
            bool isResponse = _method is null && (_hasResult || _hasError);
            if (_method is null && !isResponse) _problem ??= "\"method\" is missing";
            if (_problem is not null) throw new RpcException(ErrorCode.InvalidRequest, $"not a JSON-RPC message: {_problem}", _id);
            return new IncomingMessage(_id, _method, _params, _hasError);
        }

        private void ReadMember(ref Utf8JsonReader reader)
        {
            string name = reader.GetString()!;
            reader.Read();
            int start = (int)reader.TokenStartIndex;
            JsonTokenType kind = reader.TokenType;
            switch (name)
            {
                case "jsonrpc":
                    _hasVersion = kind == JsonTokenType.String && reader.ValueTextEquals("2.0");
                    break;
                case "method":
                    if (kind == JsonTokenType.String) _method = reader.GetString();
                    else _problem ??= "\"method\" is not a string";
                    break;
                case "id" when kind is JsonTokenType.String or JsonTokenType.Number:
                    _id = new RequestId(Encoding.UTF8.GetString(body.Span[start..(int)reader.BytesConsumed]));
                    break;
                case "id" when kind == JsonTokenType.Null:
                    _hasNullId = true; // how a peer answers what it could not read
                    break;
                case "id":
                    _problem ??= "\"id\" is neither a string nor a number";
                    break;
                case "result":
                    _hasResult = true;
                    break;
                case "error":
                    _hasError |= kind != JsonTokenType.Null;
                    break;
            }
            reader.Skip();
            if (name == "params" && kind != JsonTokenType.Null) _params = body[start..(int)reader.BytesConsumed];
        }
    }
}
